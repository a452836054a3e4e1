package io.quorate.replica;

import io.quorate.consensus.Entry;
import io.quorate.consensus.ReplicaId;
import io.quorate.consensus.wire.MalformedException;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Fetches what was decided while this replica was away: entries from whoever still has them, else
/// an image of the state. One question is under way at a time; unanswered ones are asked again
/// elsewhere.
final class CatchUp {
  /// What a replica does with what was fetched.
  interface Target extends ReplicaMessage.Sender {
    /// How far all is decided, as known here, that is, fetched or not needed to be.
    long decided();

    /// The entries follow what is decided here.
    void learnt(List<Entry> entries);

    /// Begins to fill a state machine beside the present one.
    StateMachine.Installation begin(ReplicaMessage.Offer offer);

    /// The image is whole and durable.
    void installed(StateMachine.Installation installation, StateMachine.Durable state);
  }

  /// How often the piece of an image is asked for again before another image is, each time with
  /// more patience: an image of many gigabytes begins anew only if its source is gone.
  private static final int PIECE_TRIES = 4;

  private final Target target;
  private final Worker storage;
  private final List<ReplicaId> others;
  private final LongSupplier clock;
  private final long patience;

  private long wanted;
  private int source;

  /// Who said last that there is more than was known to be; asked next, once. -1: nobody.
  private int knower = -1;

  /// So many have answered, one after the other, that they have nothing.
  private int lacking;

  private long request;
  private long deadline = Long.MAX_VALUE;

  private StateMachine.@Nullable Installation installation;
  private long image;
  private long nextPiece;
  private int tries;
  private boolean storing;

  /// @param patience nanoseconds after which a question counts as lost
  CatchUp(
      Target target, Worker storage, List<ReplicaId> others, LongSupplier clock, long patience) {
    this.target = target;
    this.storage = storage;
    this.others = others;
    this.clock = clock;
    this.patience = patience;
  }

  @Override
  public String toString() {
    return "wanted %s, source %s, request %s, deadline %s, image %s/%s, storing %s, installing %s"
        .formatted(
            wanted, source, request, deadline, image, nextPiece, storing, installation != null);
  }

  boolean isIdle() {
    return deadline == Long.MAX_VALUE && !storing;
  }

  long nextDeadline() {
    return deadline;
  }

  /// Entries up to at least `atLeast` are missing here.
  void behind(ReplicaId hint, long atLeast) {
    if (atLeast > wanted) {
      wanted = atLeast;
      knower = others.indexOf(hint);
    }
    if (isIdle() && wanted > target.decided()) {
      source = Math.max(others.indexOf(hint), 0);
      lacking = 0;
      pull();
    } else if (installation != null
        && !storing
        && tries > 0
        && others.contains(hint)
        && !hint.equals(source())) {
      askInstead(hint);
    }
  }

  /// The source of an image is silent, and another member is not: a group may be waiting for this
  /// one, as Zab's do, and then a new image beats more patience.
  private void askInstead(ReplicaId other) {
    source = others.indexOf(other);
    dropInstallation();
    pull();
  }

  void tick(long now) {
    if (now < deadline) {
      return;
    }
    if (installation != null && tries < PIECE_TRIES) {
      tries++;
      askPiece();
    } else {
      askElsewhere();
    }
  }

  /// A member cannot be reached.
  void gone(ReplicaId member) {
    if (!isIdle() && !storing && source().equals(member)) {
      askElsewhere();
    }
  }

  private void askElsewhere() {
    source = knower == -1 || knower == source % others.size() ? source + 1 : knower;
    knower = -1;
    dropInstallation();
    pull();
  }

  private ReplicaId source() {
    return others.get(source % others.size());
  }

  private void pull() {
    if (target.decided() >= wanted) {
      deadline = Long.MAX_VALUE;
      return;
    }
    request++;
    ask(new ReplicaMessage.Pull(request, target.decided() + 1));
  }

  private void ask(ReplicaMessage question) {
    deadline = clock.getAsLong() + patience;
    target.send(source(), question);
  }

  void pulled(ReplicaMessage.Pulled answer) {
    if (answer.request() != request || installation != null || storing || isIdle()) {
      return;
    }
    wanted = Math.max(wanted, answer.decided());
    long next = target.decided() + 1;
    var entries = answer.entries().stream().filter(entry -> entry.index() >= next).toList();
    for (int i = 0; i < entries.size(); i++) {
      if (entries.get(i).index() != next + i) {
        return; // not what was asked for: ask somebody else in time
      }
    }
    if (entries.isEmpty()) {
      // Each is asked at once, but nobody again and again.
      if (answer.decided() < next && ++lacking < others.size()) {
        askElsewhere();
      }
      return;
    }
    lacking = 0;
    target.learnt(entries);
    pull();
  }

  void offered(ReplicaMessage.Offer offer) {
    if (offer.request() != request
        || installation != null
        || storing
        || isIdle()
        || offer.at().index() <= target.decided()) {
      return;
    }
    installation = target.begin(offer);
    image = offer.image();
    nextPiece = 0;
    tries = 0;
    askPiece();
  }

  private void askPiece() {
    ask(new ReplicaMessage.PullPiece(image, nextPiece));
    deadline += tries * patience;
  }

  void gone(ReplicaMessage.ImageGone gone) {
    if (installation != null && gone.image() == image && !storing) {
      dropInstallation();
      pull();
    }
  }

  void piece(ReplicaMessage.Piece piece) {
    var filling = installation;
    if (filling == null || piece.image() != image || piece.number() != nextPiece || storing) {
      return;
    }
    deadline = Long.MAX_VALUE;
    storing = true;
    nextPiece++;
    tries = 0;
    var stored = new Stored(filling, piece);
    storage.run(stored, () -> pieceStored(filling, stored));
  }

  /// Whether a state is being filled from another replica's.
  boolean isFilling() {
    return installation != null;
  }

  /// Work of the storage worker: takes a piece in and, with the last one, makes the whole durable.
  private static final class Stored implements Runnable {
    private final StateMachine.Installation installation;
    private final ReplicaMessage.Piece piece;
    private boolean damaged;
    private StateMachine.@Nullable Durable state;

    Stored(StateMachine.Installation installation, ReplicaMessage.Piece piece) {
      this.installation = installation;
      this.piece = piece;
    }

    @Override
    public void run() {
      try {
        if (!piece.content().isEmpty()) {
          installation.add(piece.content());
        }
        if (piece.last()) {
          state = installation.finish();
        }
      } catch (MalformedException e) {
        damaged = true;
      }
    }
  }

  private void pieceStored(StateMachine.Installation filled, Stored result) {
    if (result.state != null && result.state.applied().index() > target.decided()) {
      installation = null;
      target.installed(filled, result.state);
      return; // until it has taken the place of the present state
    }
    storing = false;
    if (result.damaged) {
      askElsewhere();
    } else if (result.state == null) {
      askPiece();
    } else {
      dropInstallation();
      pull();
    }
  }

  /// The installed state is the present one now.
  void switched() {
    storing = false;
    pull();
  }

  private void dropInstallation() {
    if (installation != null) {
      installation.abandon();
      installation = null;
    }
  }
}
