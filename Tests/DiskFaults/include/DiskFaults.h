#ifndef DISK_FAULTS_H
#define DISK_FAULTS_H

/// What happens at the chosen operation.
enum disk_fault {
    /// Nothing; operations are counted.
    DISK_FAULT_NONE = 0,
    /// The operation fails, and those after it work again.
    DISK_FAULT_ONCE = 1,
    /// The operation fails and so do all after it, as after a kill.
    DISK_FAULT_FROM_THEN_ON = 2,
    /// A write writes half of its bytes and fails; from then on everything fails.
    DISK_FAULT_TORN = 3,
};

/// Makes operations of this thread that change the disk fail: the one of this number, from 0.
///
/// @param code What errno says, such as EIO or ENOSPC.
void disk_faults_begin(enum disk_fault fault, int operation, int code);

/// Ends it. @returns How many operations there were.
int disk_faults_end(void);

/// How many operations have failed since the beginning.
int disk_faults_hit(void);

#endif
