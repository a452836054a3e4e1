package io.quorate.simulation.watch;

import io.quorate.consensus.Era;
import io.quorate.consensus.Input;
import io.quorate.consensus.JournalRecord;
import io.quorate.consensus.Point;
import io.quorate.consensus.Status;
import io.quorate.consensus.wire.Bytes;
import java.util.List;

/// Sees all that matters in a world as it happens, and throws a [ViolationException] when a promise
/// is broken. It knows what no node can know: the whole world, and the true order of things.
public interface Watch {
  /// A node's machine begins, or begins again.
  default void began(long node, Era era, Point decided, List<JournalRecord> records) {}

  /// The true time of the step of a node's machine that is shown next. Nodes whose flushes take
  /// place within their turns are a little ahead of the world, so it may be earlier than that of a
  /// step that was shown before.
  default void stepping(long node, long trueTime) {}

  /// A node's machine was stepped; the effects have not been carried out yet.
  default void stepped(long node, List<Input> inputs, List<Emission> emissions, Status after) {}

  /// A frame became durable at a node.
  default void durable(long node, Bytes frame) {}

  /// A node went down. What it had not made durable is lost, as far as the disk lost it; frames
  /// that were under way and survived have been shown as durable before.
  default void crashed(long node) {}

  /// What a node held is lost for good: its disk was replaced by an empty one, or is damaged.
  default void lost(long node) {}

  /// A frame was put on the network.
  default void sent(long from, long to, Bytes frame) {}

  /// A node's state machine has applied everything up to this index; `digest` tells its state.
  default void applied(long node, long index, long digest) {}

  /// Nothing is happening any more, or the run is over.
  default void ended() {}
}
