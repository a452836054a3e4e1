package io.quorate.consensus;

import java.util.List;

/// One replica's part in one era of one group: a machine that is stepped, and does nothing by
/// itself.
///
/// Not thread-safe; whoever owns it steps it. A step throws only on a broken invariant, and then
/// the node must stop: see [InvariantException].
public interface Consensus {
  /// Handles all inputs in order, then what is due, so that messages received during a pause count
  /// before a timer fires. An empty list is a tick.
  ///
  /// @param now monotonic nanoseconds, read after the last of the inputs came in and never lower
  ///   than in an earlier step; never stored in an entry and never sent
  void step(long now, List<Input> inputs, Effects out);

  /// When to step next if no input comes; `Long.MAX_VALUE`: only then.
  long nextDeadline();

  /// All that [Protocol#restore] needs beyond the decided prefix, as records to be journaled again.
  List<JournalRecord> checkpoint();

  Status status();
}
