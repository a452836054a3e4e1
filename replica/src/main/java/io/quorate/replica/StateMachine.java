package io.quorate.replica;

import io.quorate.consensus.Era;
import io.quorate.consensus.Point;
import io.quorate.consensus.wire.Bytes;
import io.quorate.consensus.wire.MalformedException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// What a group replicates: applies decided commands, one after the other, the same way everywhere.
///
/// All calls come from the loop that owns the replica, unless a method says otherwise. Nothing that
/// a command holds makes [#apply] throw: a command that cannot take effect is a result.
///
/// @param <R> what a command comes to
public interface StateMachine<R> extends AutoCloseable {

  /// What would be found after a crash now.
  ///
  /// @param applied the last entry that took effect in whole
  /// @param kept what the replica asked to be kept with it, in the same atomic write; empty at
  ///   first
  /// @param begun how many commands of the entry behind it took effect, too: mostly none
  record Durable(Point applied, Bytes kept, int begun) {
    public static final Durable NOTHING = new Durable(Point.ORIGIN, Bytes.EMPTY);

    /// A state between two entries.
    public Durable(Point applied, Bytes kept) {
      this(applied, kept, 0);
    }
  }

  /// What is durable at this moment. Asked at the start, and to know what the journal need not
  /// keep.
  Durable durable();

  /// What this state held before the first entry: 0 for nothing, else the number of the snapshot
  /// that it was restored from. The same on all replicas of a group (see [Era#origin]).
  default long origin() {
    return 0;
  }

  /// A batch has been proposed and may be decided soon: what it needs from slow storage can be
  /// fetched meanwhile. A hint; the batch may come without it, or never.
  default void expect(Iterable<Bytes> commands) {}

  /// Asked before a batch is applied: whether that can go ahead without waiting for slow storage or
  /// for room. If not, `ready` runs once, on the loop, when it is worth asking again.
  boolean ready(Iterable<Bytes> commands, Runnable ready);

  /// Asked before each further command of a batch: whether it can go ahead, and there is room for
  /// what it changes, for a batch of large changes may be more than there is memory for. If not,
  /// `ready` runs once, on the loop, when it is worth asking again; in between the state may be
  /// written with what has taken effect of the batch.
  default boolean hasRoom(Bytes next, Runnable ready) {
    return true;
  }

  /// Applies one command.
  ///
  /// @param wanted whether somebody waits for the result here; if not, null may be returned and the
  ///   work of making it saved
  @Nullable R apply(Bytes command, boolean wanted);

  /// An entry has taken effect in whole, with or without commands: from now on the state may be
  /// written as that of `point`, together with what `kept` then gives and the number of commands
  /// that were applied since.
  void applied(Point point, Supplier<Bytes> kept);

  /// Whether what was applied has reached the storage, durable or not. If not, [#drain] is called
  /// some milliseconds later.
  default boolean isDrained() {
    return true;
  }

  /// Takes what was applied to the storage, however little it is.
  default void drain() {}

  /// Makes all that was applied before this call durable, then runs `done` on the loop.
  void flush(Runnable done);

  /// Takes an image of a state between two entries, not older than what is applied now, and hands
  /// it over on the loop.
  void image(Consumer<Image> taken);

  /// Prepares a state machine beside this one, to be filled from another replica's image.
  ///
  /// @param directory a name that no state machine of this replica has had
  Installation install(String directory);

  /// Goes on with an installed state in place of the present one, which is deleted.
  void switchTo(Installation installed);

  /// Deletes everything but what this machine uses: remains of installations that were not
  /// finished.
  void deleteRemains();

  @Override
  void close();

  /// A fixed state, read in pieces of a logical form that is the same for every kind of storage.
  /// Used by one worker at a time.
  interface Image extends AutoCloseable {
    Durable at();

    /// The next piece of about `bytes`, or null behind the last one. May take long: not for the
    /// loop.
    @Nullable Bytes next(int bytes);

    @Override
    void close();
  }

  /// A state that is being filled. Used by one worker at a time.
  interface Installation {
    /// Takes the pieces in order. May take long: not for the loop.
    ///
    /// @throws MalformedException if it is not the next piece of an image
    void add(Bytes piece) throws MalformedException;

    /// Checks that the image is whole and makes it durable. May take long: not for the loop.
    ///
    /// @throws MalformedException if pieces are missing or damaged
    Durable finish() throws MalformedException;

    /// The name that it was made with.
    String directory();

    /// Deletes what was filled so far.
    void abandon();
  }

  /// Opens a group's state machine at the start of a node.
  interface Opener<R> {
    /// Opens the state in a directory, or an empty one if there is none.
    StateMachine<R> open(String directory);
  }
}
