import Batches
