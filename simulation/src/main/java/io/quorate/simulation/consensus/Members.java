package io.quorate.simulation.consensus;

import static io.quorate.simulation.watch.ViolationException.check;

import io.quorate.consensus.Era;
import io.quorate.consensus.Quorum;
import io.quorate.consensus.ReplicaId;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// All members, and the era that they are members of.
///
/// @param <F> what is told of their records
public final class Members<F extends Fold<F>> {
  private final Map<Long, Member<F>> members = new TreeMap<>();
  private final Supplier<F> folds;
  private final Names names;
  private @Nullable Era era;

  /// @param folds makes one that no record has been told to
  Members(Supplier<F> folds, Names names) {
    this.folds = folds;
    this.names = names;
  }

  /// A machine begins in an era.
  void beganIn(Era now) {
    check(era == null || era.equals(now), names.membership(), "%s became %s", era, now);
    if (era == null) {
      quorumsMeet(now);
    }
    era = now;
  }

  /// C10: whoever can decide meets whoever can elect.
  private static void quorumsMeet(Era era) {
    var quorum = Quorum.of(era);
    var voters = era.voters();
    for (int set = 0; set < 1 << voters.size(); set++) {
      int chosen = set;
      check(
          !quorum.decides(id -> (chosen & 1 << voters.indexOf(id)) != 0)
              || !quorum.elects(id -> (chosen & 1 << voters.indexOf(id)) == 0),
          "C10",
          "in %s, some decide an entry and all others elect a leader",
          era);
    }
  }

  public Member<F> of(long node) {
    return members.computeIfAbsent(node, it -> new Member<>(it, folds.get()));
  }

  public Member<F> of(ReplicaId id) {
    return of(id.node());
  }

  public Collection<Member<F>> all() {
    return members.values();
  }

  public Era era() {
    if (era == null) {
      throw new IllegalStateException("no machine has begun");
    }
    return era;
  }

  public Quorum quorum() {
    return Quorum.of(era());
  }

  public boolean hasLeases() {
    return era().options().leaseMillis() > 0;
  }

  public boolean isVoter(Member<F> member) {
    return era().voters().stream().anyMatch(id -> id.node() == member.node);
  }
}
