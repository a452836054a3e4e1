package io.quorate.simulation.consensus;

import static io.quorate.simulation.watch.ViolationException.check;

import io.quorate.consensus.Input;
import io.quorate.consensus.Message;
import io.quorate.consensus.ReadId;
import io.quorate.consensus.ReplicaId;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/// The rounds by which a leader makes sure that it still leads: one confirms a read only if it
/// began after the read came.
///
/// @param <F> what is told of members' records
public abstract class Rounds<F extends Fold<F>> {
  private static final class Leader {
    /// The first round that may confirm each open read.
    final Map<ReadId, Long> open = new LinkedHashMap<>();

    /// The newest round that it asked for, and which of them others have answered.
    long asked;

    final Map<ReplicaId, Long> answered = new TreeMap<>();
  }

  private final Members<F> members;
  private final Names names;
  private final Map<Long, Leader> leaders = new TreeMap<>();

  protected Rounds(Members<F> members, Names names) {
    this.members = members;
    this.names = names;
  }

  /// The round that a leader's message asks for; 0: none.
  protected abstract long asks(Message message);

  /// The round of the member's present term that a message to it answers; 0: none.
  protected abstract long answers(Member<F> member, Message message);

  private Leader of(Member<F> member) {
    return leaders.computeIfAbsent(member.node, node -> new Leader());
  }

  public final void took(Member<F> member, Input input) {
    var leader = of(member);
    if (input instanceof Input.ReadBarrier(var id)) {
      leader.open.put(id, leader.asked + 1);
    } else if (input instanceof Input.Received(var from, var message)) {
      leader.answered.merge(from, answers(member, message), Math::max);
    }
  }

  public final void said(Member<F> member, Message message) {
    var leader = of(member);
    leader.asked = Math.max(leader.asked, asks(message));
  }

  /// A leader answers a read.
  ///
  /// @param atOnce whether in the step that brought it: where there are leases it may need no round
  ///   then, and R12 is what holds it
  public final void answered(Member<F> member, ReadId id, boolean atOnce) {
    var leader = of(member);
    var asked = leader.open.remove(id);
    if (atOnce && members.hasLeases()) {
      return;
    }
    long first = asked == null ? Long.MAX_VALUE : asked;
    check(
        !members
            .quorum()
            .elects(voter ->
                voter.node() != member.node && leader.answered.getOrDefault(voter, 0L) < first),
        names.reads(),
        "node %x answers a read that round %d confirms or a later one; answered are %s",
        member.node,
        first,
        leader.answered);
  }

  /// A leader gives a read up.
  public final void lost(Member<F> member, ReadId id) {
    of(member).open.remove(id);
  }

  /// A member does not lead.
  public final void follows(Member<F> member) {
    var leader = of(member);
    leader.open.clear();
    leader.asked = 0;
    leader.answered.clear();
  }
}
