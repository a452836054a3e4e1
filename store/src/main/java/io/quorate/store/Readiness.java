package io.quorate.store;

import static io.quorate.consensus.InvariantException.require;
import static java.util.Objects.requireNonNull;

import io.quorate.consensus.wire.Bytes;
import io.quorate.consensus.wire.MalformedException;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Sees to it that a batch of commands, and then each further one of its commands, can be applied
/// without waiting for slow storage, without going over many keys on the loop, and without more on
/// the heap than there is room for.
final class Readiness {
  /// What was done so that what the next batch looks at is at hand.
  private Fetching fetching = Fetching.NOTHING;

  /// Whether a command of the batch may go over more keys than should be on the loop.
  private boolean goesOverMany;

  /// What the next command does to keys; null if that is found out when it is applied.
  private @Nullable Preparation prepared;

  private boolean isPreparing;

  private @Nullable WriteObserver observer;

  private enum Fetching {
    NOTHING,
    /// All has come that was asked for when the batch was expected.
    AWAITED,
    /// What was still missing has been fetched.
    FETCHED
  }

  private final Layers layers;
  private final KvStore.Limits limits;
  private final Leases leases;
  private final Alarms alarms;
  private final Supplier<Room> roomForAnswer;

  /// @param roomForAnswer what the answer to the next command may take
  Readiness(
      Layers layers,
      KvStore.Limits limits,
      Leases leases,
      Alarms alarms,
      Supplier<Room> roomForAnswer) {
    this.layers = layers;
    this.limits = limits;
    this.leases = leases;
    this.alarms = alarms;
    this.roomForAnswer = roomForAnswer;
  }

  void observe(WriteObserver by) {
    observer = by;
  }

  /// Whether it was found out what the next command does to keys.
  boolean isPrepared() {
    return prepared != null;
  }

  /// What it does: it does so now.
  Preparation take() {
    var taken = requireNonNull(prepared);
    prepared = null;
    return taken;
  }

  void expect(Iterable<Bytes> commands) {
    var wanted = Wanted.by(commands, layers.keys(), layers.cache()::use, observer);
    if (!wanted.isEmpty()) {
      layers.fetcher().fetch(wanted, () -> {});
    }
  }

  boolean ready(Iterable<Bytes> commands, Runnable ready) {
    if (layers.drains().mustSealFirst()) {
      layers.drains().whenRoom(ready);
      return false;
    } else if (!hasRoom(ready)) {
      return false;
    } else if (prepared != null) {
      return true;
    }
    if (fetching == Fetching.FETCHED) {
      fetching = Fetching.NOTHING;
      return canBeApplied(commands.iterator().next(), ready);
    }
    var wanted = Wanted.by(commands, layers.keys(), had -> {}, observer);
    if (wanted.isEmpty()) {
      fetching = Fetching.NOTHING;
      goesOverMany = false;
      return true;
    }
    if (fetching == Fetching.NOTHING && layers.fetcher().isBusy()) {
      fetching = Fetching.AWAITED;
      layers.fetcher().whenFetched(ready);
    } else {
      fetching = Fetching.FETCHED;
      layers
          .fetcher()
          .fetch(
              wanted,
              () -> {
                goesOverMany = layers.fetcher().passed() >= limits.atOnce();
                ready.run();
              });
    }
    return false;
  }

  boolean hasRoom(Bytes next, Runnable ready) {
    return hasRoom(ready) && canBeApplied(next, ready);
  }

  /// Whether a command can be applied without going over many keys on the loop.
  private boolean canBeApplied(Bytes next, Runnable ready) {
    if (prepared != null
        || alarms.isCorrupt() // what goes over keys changes none then
        || (!goesOverMany && layers.overlay().size() < limits.atOnce())) {
      return true;
    }
    try {
      var task = taskOf(next);
      if (task != null) {
        prepare(task, ready);
      }
      return task == null;
    } catch (MalformedException e) {
      return true; // it will come to a failure, and changes nothing
    }
  }

  /// What to prepare for a command; null if it goes over few keys whatever they are.
  private Preparation.@Nullable Task taskOf(Bytes command) throws MalformedException {
    return switch (Command.typeOf(command).orElse(null)) {
      case DELETE_RANGE -> taskOf(Request.DeleteRange.read(Command.decode(command).request()));
      case LEASE_REVOKE -> taskOf(Request.LeaseRevoke.read(Command.decode(command).request()));
      case LEASE_EXPIRE -> taskOf(Expiry.CODEC.decode(Command.decode(command).request()));
      case null, default -> null;
    };
  }

  private Preparation.@Nullable Task taskOf(Request.DeleteRange delete) {
    return delete.keys().isSingle() || Validation.check(delete) != null
        ? null
        : new Preparation.Delete(delete, roomForAnswer.get());
  }

  private Preparation.@Nullable Task taskOf(Request.LeaseRevoke revoke) {
    return leases.contains(revoke.id()) ? new Preparation.Revokes(List.of(revoke.id())) : null;
  }

  private Preparation.@Nullable Task taskOf(Expiry expiry) {
    return expiry.lessor() == leases.lessorship().number()
        ? new Preparation.Revokes(expiry.leases())
        : null;
  }

  /// Nothing is applied until that is done.
  private void prepare(Preparation.Task task, Runnable ready) {
    require(!isPreparing, "%s while another is being prepared", task);
    isPreparing = true;
    layers
        .drains()
        .whenDrained(() ->
            layers
                .engine()
                .run(
                    layers.reader(),
                    from -> {
                      try (var snapshot = from.snapshot()) {
                        return Preparation.of(task, Reads.State.of(snapshot));
                      }
                    },
                    done -> {
                      prepared = done;
                      isPreparing = false;
                      ready.run();
                    }));
  }

  private boolean hasRoom(Runnable ready) {
    layers.drains().proceed();
    if (layers.overlay().bytes() < limits.overlayBytes()) {
      return true;
    }
    layers.drains().whenRoom(ready);
    return false;
  }
}
