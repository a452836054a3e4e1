package io.quorate.replica;

/// Runs what would hold up the loop that owns a node: storage writes, flushes, long reads.
///
/// A port. Tasks of one worker run one after the other, in the order in which they were given. In
/// the simulator each is an event of its own.
public interface Worker {
  /// Runs `task` off the loop, then `then` on the loop. Neither runs within this call. A task that
  /// throws ends the node.
  void run(Runnable task, Runnable then);
}
