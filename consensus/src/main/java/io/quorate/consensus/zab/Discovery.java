package io.quorate.consensus.zab;

import io.quorate.consensus.Effects;
import io.quorate.consensus.ReplicaId;
import io.quorate.consensus.zab.ZabMessage.AckEpoch;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/// Phase 1 of a prospective leader (DSN 2011, section IV-A): once a quorum follows it, it proposes
/// an epoch above all that they have accepted; once a quorum has accepted that, no leader of an
/// older epoch can decide anything more, and what such leaders have decided some of the quorum
/// hold.
///
/// In the paper the leader then takes the most recent history of the quorum. It was elected for
/// having it; so an ACK-E that shows a more recent one does not count. ZooKeeper's leader goes back
/// to the election at once; here that would let one member with a newer tail, which no quorum
/// follows, keep all others from having a leader. If no quorum is left without it, the leader goes
/// back when its time is up.
final class Discovery {
  private final Zab zab;
  private final Map<ReplicaId, Long> acceptedEpochs = new TreeMap<>();
  private final Set<ReplicaId> acked = new TreeSet<>();
  private long epoch;

  Discovery(Zab zab) {
    this.zab = zab;
  }

  /// The new epoch; 0 while it is not chosen.
  long epoch() {
    return epoch;
  }

  /// CEPOCH.
  ///
  /// @return whether the epoch is chosen now
  boolean follows(ReplicaId member, long acceptedEpoch, Effects out) {
    acceptedEpochs.put(member, acceptedEpoch);
    if (epoch != 0 || !zab.quorum.elects(acceptedEpochs::containsKey)) {
      return false;
    }
    long highest = acceptedEpochs.values().stream().mapToLong(Long::longValue).max().orElse(0);
    epoch = Math.addExact(highest, 1);
    zab.epochs.accept(epoch, zab.self.id());
    zab.epochs.save(out);
    out.sendDurably(
        zab.self.id(),
        new AckEpoch(Link.SELF, epoch, true, zab.epochs.current(), Histories.ends(zab.history)));
    return true;
  }

  /// ACK-E.
  ///
  /// @return whether the epoch is agreed on
  boolean acked(ReplicaId from, AckEpoch answer) {
    boolean newer =
        Histories.isNewer(
            answer.currentEpoch(),
            answer.ends().getLast(),
            zab.epochs.current(),
            zab.history.last());
    if (answer.promises() && !newer) {
      acked.add(from);
    }
    return zab.quorum.elects(acked::contains);
  }
}
