package io.quorate.store;

import io.quorate.store.Meta.Revisions;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Answers reads: of the newest state at once where all is at hand, else by the reader.
final class KvReads {
  /// Reads that may be under way: past it they are refused, for each holds on to its request.
  private static final int MAX_READS = 10_000;

  private final Layers layers;
  private final Reads reads;
  private final long answerBytes;
  private final Supplier<Revisions> revisions;
  private int readsUnderWay;

  /// @param answerBytes what one answer may take
  KvReads(Layers layers, long answerBytes, Supplier<Revisions> revisions) {
    this.layers = layers;
    this.reads = new Reads(layers.engine(), layers.reader(), layers.drains());
    this.answerBytes = answerBytes;
    this.revisions = revisions;
  }

  /// Begins a read that is not answered within the call.
  ///
  /// @param refused answers it if too many are under way
  /// @param read is given what takes the answer
  private <T> void begin(Consumer<T> then, T refused, Consumer<Consumer<T>> read) {
    if (readsUnderWay >= MAX_READS) {
      then.accept(refused);
      return;
    }
    readsUnderWay++;
    read.accept(answer -> {
      readsUnderWay--;
      then.accept(answer);
    });
  }

  private void begin(Consumer<Outcome> then, Consumer<Consumer<Outcome>> read) {
    begin(then, new Outcome.Failed(Failure.TOO_MANY_REQUESTS), read);
  }

  void range(Request.Range range, Consumer<Outcome> then) {
    if (range.revision() > revisions.get().newest()) {
      then.accept(new Outcome.Failed(Failure.FUTURE_REVISION));
    } else if (range.keys().isSingle()
        && (range.revision() <= 0 || range.revision() == revisions.get().newest())) {
      newest(range, then);
    } else {
      begin(then, last -> reads.submit(range.keys().isSingle(), state -> read(range, state), last));
    }
  }

  /// Answers for one key as it is now: at once, or once it is fetched.
  private void newest(Request.Range range, Consumer<Outcome> then) {
    if (layers.keys().isAtHand(range.key(), true)) {
      layers.cache().use(range.key());
      then.accept(newest(range));
    } else {
      begin(then, last -> fetchNewest(range, last));
    }
  }

  private void fetchNewest(Request.Range range, Consumer<Outcome> then) {
    layers
        .fetcher()
        .fetch(
            Wanted.key(layers.keys(), range.key()),
            () -> {
              if (layers.keys().isAtHand(range.key(), true)) {
                then.accept(newest(range));
              } else {
                reads.submit(true, state -> read(range, state), then);
              }
            });
  }

  private Outcome newest(Request.Range range) {
    return answer(range, layers.keys(), Keys.NEWEST, revisions.get().newest());
  }

  private Outcome answer(Request.Range range, Keys from, long revision, long newest) {
    var body = RangeQuery.body(range, from, revision, new Room(answerBytes));
    return body == null
        ? new Outcome.Failed(Failure.ANSWER_TOO_LARGE)
        : new Outcome.Done(newest, body);
  }

  private Outcome read(Request.Range range, Reads.State state) {
    long revision = Keys.NEWEST;
    if (range.revision() > 0) {
      revision = range.revision();
      var failure = RangeQuery.check(revision, state.revisions());
      if (failure != null) {
        return new Outcome.Failed(failure);
      }
    }
    return answer(range, state.keys(), revision, state.revisions().newest());
  }

  void rangePart(
      Request.Range range,
      RangePart.@Nullable Place place,
      RangePart.Size size,
      Consumer<PartOutcome> then) {
    begin(
        then,
        new PartOutcome.Failed(Failure.TOO_MANY_REQUESTS),
        last -> reads.submit(false, state -> RangePart.read(range, place, size, state), last));
  }

  void read(Request.Txn txn, Consumer<Outcome> then) {
    begin(
        then,
        last ->
            reads.submit(
                false,
                state ->
                    Transaction.read(txn, state.keys(), state.revisions(), new Room(answerBytes)),
                last));
  }

  void leaseKeys(long id, Consumer<Outcome> then) {
    begin(then, last -> reads.submit(false, state -> leaseKeys(id, state), last));
  }

  private Outcome leaseKeys(long id, Reads.State state) {
    try (var walk = state.keys().attached(id)) {
      var body = Responses.leaseKeys(walk, new Room(answerBytes));
      return body == null
          ? new Outcome.Failed(Failure.ANSWER_TOO_LARGE)
          : new Outcome.Done(state.revisions().newest(), body);
    }
  }

  void hash(long revision, Consumer<HashOutcome> then) {
    begin(
        then,
        new HashOutcome.Failed(Failure.TOO_MANY_REQUESTS),
        last -> reads.submit(false, state -> hash(revision, state), last));
  }

  private static HashOutcome hash(long revision, Reads.State state) {
    if (revision <= 0) {
      return StoreHash.of(state, state.revisions().newest());
    }
    var failure = RangeQuery.check(revision, state.revisions());
    return failure != null ? new HashOutcome.Failed(failure) : StoreHash.of(state, revision);
  }

  void hashAll(Consumer<Outcome> then) {
    begin(
        then,
        last ->
            reads.submit(
                false,
                state ->
                    new Outcome.Done(
                        state.revisions().newest(), Responses.hash(StoreHash.ofAll(state))),
                last));
  }

  <T> void history(long from, Function<History, T> read, Consumer<T> then) {
    reads.submit(
        false,
        state -> {
          try (var history = new History(state, from)) {
            return read.apply(history);
          }
        },
        then);
  }
}
