package io.quorate.simulation.consensus;

import static io.quorate.simulation.watch.ViolationException.check;

import io.quorate.consensus.Input;
import io.quorate.consensus.ReadId;
import io.quorate.simulation.watch.Emission;
import io.quorate.simulation.watch.Moments;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Linearizable reads: C7, that their ids are never used twice, and with leader leases R12.
///
/// @param <F> what is told of members' records
public final class Reads<F extends Fold<F>> {
  private static final class Reader {
    /// How far anything was decided when it was asked for.
    final Map<ReadId, Long> open = new LinkedHashMap<>();

    /// The true time of its latest answer to a read without a round, and that answer.
    long answeredAlone = Long.MIN_VALUE;

    long answer;

    /// The newest question for a read that it sent to a leader, over all lives.
    long barrierAsked;
  }

  private final Members<F> members;
  private final Names names;
  private final Moments moments;
  private final Map<Long, Reader> readers = new TreeMap<>();

  /// By true time: how far anything was decided by then.
  private final TreeMap<Long, Long> decidedBy = new TreeMap<>();

  Reads(Members<F> members, Names names, Moments moments) {
    this.members = members;
    this.names = names;
    this.moments = moments;
  }

  private Reader of(Member<F> member) {
    return readers.computeIfAbsent(member.node, node -> new Reader());
  }

  private long decidedBy(long time) {
    var last = decidedBy.floorEntry(time);
    return last == null ? 0 : last.getValue();
  }

  void took(Member<F> member, Input input) {
    if (input instanceof Input.ReadBarrier(var id)) {
      var before = of(member).open.putIfAbsent(id, decidedBy(member.time));
      check(before == null, names.reads(), "read id %s is used again", id);
    }
  }

  /// C7: a read sees what was decided before it was asked for.
  void answered(Member<F> member, ReadId id, long index) {
    var decided = of(member).open.remove(id);
    check(decided != null, names.reads(), "an answer to %s, which was not asked", id);
    check(
        decided == null || index >= decided,
        "C7",
        "node %x answers a read with %d, decided before it was asked: %d",
        member.node,
        index,
        decided);
  }

  void lost(Member<F> member, ReadId id) {
    check(of(member).open.remove(id) != null, names.reads(), "%s, not asked, is lost", id);
    moments.saw("read lost");
  }

  /// R12: a leader that answers a read in the step that brought it has asked nobody. At the true
  /// time of that step nobody else may have decided anything beyond its answer; what others have
  /// done by then may be shown later.
  void answeredAlone(Member<F> member, List<Input> inputs, List<Emission> emissions) {
    if (!members.hasLeases()) {
      return;
    }
    for (var emission : emissions) {
      if (emission instanceof Emission.ReadReady(var id, long index)
          && inputs.contains(new Input.ReadBarrier(id))) {
        moments.saw("read answered by a lease");
        var reader = of(member);
        reader.answeredAlone = member.time;
        reader.answer = index;
        long by = decidedBy(member.time);
        check(
            index >= by,
            "R12",
            "node %x answers a read with %d by its lease, and all up to %d was decided by then",
            member.node,
            index,
            by);
      }
    }
  }

  /// R12, for what is shown later than the answer: an entry was first decided.
  void decided(Member<F> decider, long index) {
    decidedBy.put(decider.time, index);
    decidedBy.tailMap(decider.time, false).replaceAll((time, upTo) -> index);
    readers.forEach((node, other) ->
        check(
            node == decider.node || other.answeredAlone < decider.time || other.answer >= index,
            "R12",
            "node %x has answered a read with %d by its lease, and %d was decided by then",
            node,
            other.answer,
            index));
  }

  /// R11: whoever asks for a barrier never uses a number again, for the leader may still answer an
  /// earlier life.
  void barrierAsked(Member<F> member, long number) {
    var reader = of(member);
    check(
        number > reader.barrierAsked,
        names.reads(),
        "node %x asks for barrier %d, and has asked for %d",
        member.node,
        number,
        reader.barrierAsked);
    reader.barrierAsked = number;
  }

  void crashed(Member<F> member) {
    of(member).open.clear();
  }
}
