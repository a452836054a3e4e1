package io.quorate.store;

import io.quorate.consensus.wire.Bytes;
import java.util.ArrayList;
import java.util.List;

/// What a command that deletes very many keys does to them, found out by the reader before the
/// command is applied: so the loop has only to put it in place, and no heartbeat waits.
///
/// While it is found out nothing is applied, and it is read from an engine that holds all that was
/// applied before. So it comes to what it would have come to on the loop, on every replica and at
/// each replay.
///
/// The command still takes effect as a whole, in one write of the engine: each node needs some 600
/// bytes of heap for each key that it deletes, besides the key itself three times.
///
/// @param changes of all its writes
/// @param writes each that changed something
/// @param outcome of a delete
record Preparation(Generation changes, List<Part> writes, Outcome outcome) {
  /// The changes of one revision.
  record Part(long revision, List<Generation.Change> changes) {}

  /// What is to be found out.
  sealed interface Task {}

  /// @param room for its answer
  record Delete(Request.DeleteRange request, Room room) implements Task {}

  record Revokes(List<Long> leases) implements Task {}

  /// @param state of all that was applied before
  static Preparation of(Task task, Reads.State state) {
    return switch (task) {
      case Delete(var delete, var room) -> ofDelete(delete, state, room);
      case Revokes(var leases) -> ofRevokes(leases, state);
    };
  }

  private static Preparation ofDelete(Request.DeleteRange delete, Reads.State state, Room room) {
    var changes = new Generation();
    var write = write(state, changes, state.revisions().newest(), room);
    var outcome = write.answered(write.deleteRange(delete, true));
    return new Preparation(changes, parts(write), outcome);
  }

  private static Preparation ofRevokes(List<Long> leases, Reads.State state) {
    var changes = new Generation();
    var writes = new ArrayList<Part>();
    long revision = state.revisions().newest();
    for (long lease : leases.stream().distinct().toList()) {
      var write = write(state, changes, revision, new Room(0));
      write.revoke(lease);
      writes.addAll(parts(write));
      revision = write.revision();
    }
    return new Preparation(changes, writes, new Outcome.Done(revision, Bytes.EMPTY));
  }

  private static Write write(Reads.State state, Generation into, long before, Room room) {
    return new Write(state.keys(), lease -> false, into, before, room);
  }

  private static List<Part> parts(Write write) {
    return write.hasChanged()
        ? List.of(new Part(write.revision(), List.copyOf(write.changes())))
        : List.of();
  }
}
