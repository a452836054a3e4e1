package io.quorate.consensus;

import java.util.List;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;

/// All counting of an era's voters. No other code counts, so a quorum cannot be off by one
/// somewhere, a voter cannot count twice, and who is no voter never counts at all.
public final class Quorum {
  private final List<ReplicaId> voters;
  private final int electing;
  private final int deciding;

  private Quorum(List<ReplicaId> voters, int electing, int deciding) {
    this.voters = voters;
    this.electing = electing;
    this.deciding = deciding;
  }

  /// The quorums of an era.
  ///
  /// @throws IllegalArgumentException if a group that elects could miss one that decides
  public static Quorum of(Era era) {
    int voters = era.voters().size();
    int majority = voters / 2 + 1;
    int electing = era.options().electing() == 0 ? majority : era.options().electing();
    int deciding = era.options().deciding() == 0 ? majority : era.options().deciding();
    if (electing < 1 || deciding < 1 || electing > voters || deciding > voters) {
      throw new IllegalArgumentException(
          "quorums of " + electing + " and " + deciding + " among " + voters + " voters");
    }
    if (electing + deciding <= voters) {
      throw new IllegalArgumentException(
          ("of %s voters, %s can elect a leader that %s others know nothing of: the two quorum"
                  + " sizes must add up to more than the number of voters")
              .formatted(voters, electing, deciding));
    }
    return new Quorum(era.voters(), electing, deciding);
  }

  /// Whether those who granted it make a leader.
  public boolean elects(Predicate<ReplicaId> granted) {
    return count(granted) >= electing;
  }

  /// Whether those who hold an entry, durably, decide it.
  public boolean decides(Predicate<ReplicaId> holds) {
    return count(holds) >= deciding;
  }

  /// Whether those who still followed after a read began prove that no later leader decided
  /// anything.
  ///
  /// Who elects a later leader must have left this one, and any electing quorum meets them if they
  /// and an electing quorum are more than all.
  public boolean confirmsRead(Predicate<ReplicaId> followed) {
    return count(followed) > voters.size() - electing;
  }

  /// The greatest value that a deciding quorum has reached: for match indexes, how far all is
  /// decided; for times of contact, since when the leader reaches a quorum.
  public long decidedUpTo(ToLongFunction<ReplicaId> reached) {
    var values = new long[voters.size()];
    for (int i = 0; i < values.length; i++) {
      // Insertion: there are few voters, and this runs with every acknowledgement.
      long value = reached.applyAsLong(voters.get(i));
      int at = i;
      while (at > 0 && values[at - 1] < value) {
        values[at] = values[at - 1];
        at--;
      }
      values[at] = value;
    }
    return values[deciding - 1];
  }

  private int count(Predicate<ReplicaId> property) {
    int count = 0;
    for (var voter : voters) {
      count += property.test(voter) ? 1 : 0;
    }
    return count;
  }

  @Override
  public String toString() {
    return "elect with " + electing + ", decide with " + deciding + " of " + voters.size();
  }
}
