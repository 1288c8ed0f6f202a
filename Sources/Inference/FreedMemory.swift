import CLinux

/// What the process does with memory that it has freed.
public enum FreedMemory {
  /// Keeps it for the next result, instead of giving it back and asking the kernel for new, empty pages.
  ///
  /// With small layers half of a forward pass's time goes into these pages. It holds for the whole process, so that the
  /// program has to ask for it, before it runs a model; the forward pass does not.
  /// Source: mallopt(3), M_MMAP_MAX and M_TRIM_THRESHOLD.
  public static func keep() { bnfold_keep_freed_memory() }
}
