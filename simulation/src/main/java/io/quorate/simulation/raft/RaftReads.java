package io.quorate.simulation.raft;

import static io.quorate.simulation.watch.ViolationException.check;

import io.quorate.consensus.Input;
import io.quorate.consensus.ReadId;
import io.quorate.consensus.ReplicaId;
import io.quorate.consensus.raft.RaftMessage;
import io.quorate.simulation.watch.Emission;
import io.quorate.simulation.watch.Moments;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Linearizable reads: C7, R11 and R12.
final class RaftReads {
  /// A read that was asked for.
  ///
  /// @param decided how far anything was decided then
  /// @param round the first that may confirm it
  private record Asked(long decided, long round) {}

  private static final class Reader {
    final Map<ReadId, Asked> open = new LinkedHashMap<>();

    /// The newest round that it asked for as a leader, and which of them others have answered.
    long roundAsked;

    final Map<ReplicaId, Long> roundsAnswered = new TreeMap<>();

    /// The true time of its latest answer to a read without a round, and that answer.
    long answeredAlone = Long.MIN_VALUE;

    long answer;

    /// The newest question for a read that it sent to a leader, over all lives.
    long barrierAsked;
  }

  private final RaftMembers members;
  private final Moments moments;
  private final Map<Long, Reader> readers = new TreeMap<>();

  /// By true time: how far anything was decided by then.
  private final TreeMap<Long, Long> decidedBy = new TreeMap<>();

  RaftReads(RaftMembers members, Moments moments) {
    this.members = members;
    this.moments = moments;
  }

  private Reader of(RaftMember member) {
    return readers.computeIfAbsent(member.node, node -> new Reader());
  }

  private long decidedBy(long time) {
    var last = decidedBy.floorEntry(time);
    return last == null ? 0 : last.getValue();
  }

  void took(RaftMember member, Input input) {
    var reader = of(member);
    if (input instanceof Input.ReadBarrier(var id)) {
      check(!reader.open.containsKey(id), "R11", "read id %s is used again", id);
      reader.open.put(id, new Asked(decidedBy(member.time), reader.roundAsked + 1));
    } else if (input instanceof Input.Received(var from, RaftMessage answer)
        && answer.term() == member.memory.term) {
      reader.roundsAnswered.merge(from, roundAnsweredBy(answer), Math::max);
    }
  }

  void said(RaftMember member, RaftMessage message) {
    var reader = of(member);
    reader.roundAsked = Math.max(reader.roundAsked, roundAskedBy(message));
  }

  private static long roundAnsweredBy(RaftMessage message) {
    return switch (message) {
      case RaftMessage.Appended answer -> answer.round();
      case RaftMessage.Conflict answer -> answer.round();
      case RaftMessage.Position answer -> answer.round();
      case RaftMessage.Confirmed answer -> answer.round();
      default -> 0;
    };
  }

  private static long roundAskedBy(RaftMessage message) {
    return switch (message) {
      case RaftMessage.Append append -> append.round();
      case RaftMessage.Behind behind -> behind.round();
      case RaftMessage.Confirm confirm -> confirm.round();
      default -> 0;
    };
  }

  /// C7, R11: a read sees what was decided before it was asked for, and a round confirmed it that
  /// began after that.
  void answered(RaftMember member, ReadId id, long index) {
    var reader = of(member);
    var asked = reader.open.remove(id);
    check(asked != null, "R11", "an answer to %s, which was not asked", id);
    if (asked == null) {
      return;
    }
    check(
        index >= asked.decided,
        "C7",
        "node %x answers a read with %d, decided before it was asked: %d",
        member.node,
        index,
        asked.decided);
    // Where there are leases a read may need no round: then R12 is what holds it.
    check(
        members.hasLeases()
            || !members
                .quorum()
                .elects(voter ->
                    voter.node() != member.node
                        && reader.roundsAnswered.getOrDefault(voter, 0L) < asked.round),
        "R11",
        "node %x answers a read that round %d confirms or a later one; answered are %s",
        member.node,
        asked.round,
        reader.roundsAnswered);
  }

  void lost(RaftMember member, ReadId id) {
    check(of(member).open.remove(id) != null, "R11", "%s, not asked, is lost", id);
    moments.saw("read lost");
  }

  /// R12: a leader that answers a read in the step that brought it has asked nobody. At the true
  /// time of that step nobody else may have decided anything beyond its answer; what others have
  /// done by then may be shown later.
  void answeredAlone(RaftMember member, List<Input> inputs, List<Emission> emissions) {
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
  void decided(RaftMember decider, long index) {
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
  void barrierAsked(RaftMember member, long number) {
    var reader = of(member);
    check(
        number > reader.barrierAsked,
        "R11",
        "node %x asks for barrier %d, and has asked for %d",
        member.node,
        number,
        reader.barrierAsked);
    reader.barrierAsked = number;
  }

  /// A member does not lead.
  void follows(RaftMember member) {
    var reader = of(member);
    reader.roundAsked = 0;
    reader.roundsAnswered.clear();
  }

  void crashed(RaftMember member) {
    of(member).open.clear();
    follows(member);
  }
}
