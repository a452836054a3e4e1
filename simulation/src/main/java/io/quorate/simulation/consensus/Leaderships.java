package io.quorate.simulation.consensus;

import static io.quorate.simulation.watch.ViolationException.check;

import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Who led which term: one leader a term, ever, and a voter.
///
/// @param <F> what is told of members' records
public final class Leaderships<F extends Fold<F>> {
  private final Members<F> members;
  private final Map<Long, Long> leaderOf = new TreeMap<>();

  private final Names names;

  Leaderships(Members<F> members, Names names) {
    this.members = members;
    this.names = names;
  }

  /// How many terms had a leader.
  public int count() {
    return leaderOf.size();
  }

  public @Nullable Long leaderOf(long term) {
    return leaderOf.get(term);
  }

  /// A member leads a term.
  ///
  /// @return whether it does so for the first time
  boolean leads(Member<F> member, long term) {
    check(members.isVoter(member), names.membership(), "node %x, no voter, leads", member.node);
    var before = leaderOf.putIfAbsent(term, member.node);
    check(
        before == null || before == member.node,
        names.oneLeader(),
        "nodes %x and %x both lead term %d",
        before,
        member.node,
        term);
    return before == null;
  }
}
