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
  private final String invariant;
  private final Map<Long, Leader> leaders = new TreeMap<>();

  /// @param invariant what the protocol calls this
  protected Rounds(Members<F> members, String invariant) {
    this.members = members;
    this.invariant = invariant;
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
  public final void answered(Member<F> member, ReadId id) {
    var leader = of(member);
    long first = leader.open.getOrDefault(id, Long.MAX_VALUE);
    // Where there are leases a read may need no round: then R12 is what holds it.
    check(
        members.hasLeases()
            || !members
                .quorum()
                .elects(voter ->
                    voter.node() != member.node && leader.answered.getOrDefault(voter, 0L) < first),
        invariant,
        "node %x answers a read that round %d confirms or a later one; answered are %s",
        member.node,
        first,
        leader.answered);
  }

  /// A member does not lead.
  public final void follows(Member<F> member) {
    var leader = of(member);
    leader.open.clear();
    leader.asked = 0;
    leader.answered.clear();
  }
}
