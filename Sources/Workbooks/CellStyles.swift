import CXlsxWriter

/// The formats of a workbook's cells, each made when it is first used.
final class CellStyles {
    private let workbook: UnsafeMutablePointer<lxw_workbook>
    private var made: [Key: UnsafeMutablePointer<lxw_format>] = [:]

    private enum Key: Hashable {
        case cell(Form, WorkbookCell.Look)
        case header(WorkbookSheet.Tint)
    }

    /// What the format depends on, of a cell's content.
    private enum Form: Hashable {
        case text, words, number
        case day(WorkbookCell.DayForm)
    }

    init(of workbook: UnsafeMutablePointer<lxw_workbook>) { self.workbook = workbook }

    func header(_ tint: WorkbookSheet.Tint) -> UnsafeMutablePointer<lxw_format>? {
        format(.header(tint)) { format in
            format_set_bold(format)
            format_set_text_wrap(format)
            format_set_align(format, UInt8(LXW_ALIGN_VERTICAL_CENTER.rawValue))
            format_set_font_color(format, 0xFFFFFF)
            format_set_bg_color(format, tint == .given ? 0x44546A : 0x1F6F5C)
        }
    }

    func format(of cell: WorkbookCell) -> UnsafeMutablePointer<lxw_format>? {
        let form: Form =
            switch cell.content {
            case .blank, .text: .text
            case .words: .words
            case .number: .number
            case .day(_, _, _, let form): .day(form)
            }
        return format(.cell(form, cell.look)) { format in
            format_set_align(format, UInt8(LXW_ALIGN_VERTICAL_TOP.rawValue))
            switch form {
            // So that Excel makes no number or date of it while somebody edits the cell.
            case .text:
                format_set_num_format_index(format, 49)
                format_set_text_wrap(format)
            case .words: format_set_text_wrap(format)
            case .number: break
            case .day(let form): format_set_num_format(format, form.rawValue)
            }
            if form == .number {
                // So that it does not touch a text at its right.
                format_set_align(format, UInt8(LXW_ALIGN_RIGHT.rawValue))
                format_set_indent(format, 1)
            }
            switch cell.look {
            case .plain: break
            case .granted: format_set_bg_color(format, 0xE2F0D9)
            case .kept: format_set_bg_color(format, 0xDDEBF7)
            case .refused: format_set_bg_color(format, 0xFFF2CC)
            case .second: format_set_bg_color(format, 0xF2F2F2)
            case .title:
                format_set_bold(format)
                format_set_bg_color(format, 0xD9E1F2)
            }
        }
    }

    private func format(
        _ key: Key, _ make: (UnsafeMutablePointer<lxw_format>) -> Void
    ) -> UnsafeMutablePointer<lxw_format>? {
        if let format = made[key] { return format }
        guard let format = workbook_add_format(workbook) else { return nil }
        format_set_font_name(format, "游ゴシック")
        format_set_font_size(format, 10)
        format_set_border(format, UInt8(LXW_BORDER_THIN.rawValue))
        format_set_border_color(format, 0xBFBFBF)
        make(format)
        made[key] = format
        return format
    }
}
