package io.quorate.consensus.zab;

import io.quorate.consensus.Entry;
import io.quorate.consensus.Message;
import io.quorate.consensus.Point;
import io.quorate.consensus.ReplicaId;
import io.quorate.consensus.wire.Codec;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What Zab's members say to each other, by the names of the paper (DSN 2011, section IV). Only
/// acknowledgements promise something; all else is a notice.
public sealed interface ZabMessage extends Message {

  /// Fast leader election (Medeiros, section 4.2): where the sender stands.
  ///
  /// @param round of the election that it is in, or in which it found its leader
  /// @param currentEpoch with `last`: how recent its own history is
  /// @param preferred to whom a leader hands over, if that is known to the sender; null: to nobody
  /// @param reaches it has heard enough voters in this round to be elected
  /// @param vote whom it wants to lead, or follows; null: nobody yet
  record Notification(
      State state,
      long round,
      long currentEpoch,
      Point last,
      @Nullable ReplicaId preferred,
      boolean reaches,
      @Nullable ReplicaId vote)
      implements ZabMessage, Notice {}

  enum State {
    LOOKING,
    FOLLOWING,
    LEADING
  }

  // A follower says

  /// CEPOCH: I follow you, on this link.
  record CEpoch(Link link, long acceptedEpoch) implements ZabMessage, Notice {}

  /// ACK-E: I have accepted your epoch, durably, and this is my history.
  ///
  /// @param promises whether it was accepted for this very leader; else it is not to be counted,
  ///   and says only where to synchronise from
  /// @param ends where the history stands, see [Histories#ends]; never empty
  record AckEpoch(Link link, long epoch, boolean promises, long currentEpoch, List<Point> ends)
      implements ZabMessage {}

  /// ACK-LD: your history is mine, durably, and then so is your epoch.
  record AckLeader(Link link, long epoch) implements ZabMessage {}

  /// ACK: I hold, durably, what you have proposed up to this index, and all before it.
  record Ack(Link link, long epoch, long upTo) implements ZabMessage {}

  record Pong(Link link, long epoch, long round) implements ZabMessage, Notice {}

  /// What a leader says on a link.
  ///
  /// @param number 1, 2, 3 … on this link: see [Link]
  record FromLeader(Link link, long epoch, long number, Said said) implements ZabMessage, Notice {}

  sealed interface Said {
    /// NEWEPOCH: the first that is said on a link.
    record NewEpoch() implements Said {}

    /// TRUNC: what follows this point in your history goes.
    record Trunc(Point to) implements Said {}

    /// DIFF: these follow in my history.
    record Diff(List<Entry> entries) implements Said {}

    /// In the place of SNAP: you lack what I no longer hold. Fetch decided entries up to at least
    /// `committed`, and open another link.
    record Behind(long committed) implements Said {}

    /// NEWLEADER: your history is mine now.
    record NewLeader() implements Said {}

    /// COMMIT-LD: the epoch is established, and all is committed up to here.
    record CommitLeader(long committed) implements Said {}

    /// PROPOSE.
    ///
    /// @param committed as in [Commit]
    record Propose(List<Entry> entries, long committed) implements Said {}

    /// COMMIT: all up to here, as far as you hold it.
    record Commit(long upTo) implements Said {}

    /// @param round the leader's newest read round, echoed by the answer
    /// @param repeat also say once more what you acknowledged last; it may have been lost
    record Ping(long round, boolean repeat) implements Said {}
  }

  Codec<Message> CODEC = new ZabCodec();
}
