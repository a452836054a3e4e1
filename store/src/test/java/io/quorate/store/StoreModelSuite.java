package io.quorate.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import io.quorate.api.CompactionRequest;
import io.quorate.api.DeleteRangeRequest;
import io.quorate.api.LeaseGrantRequest;
import io.quorate.api.LeaseRevokeRequest;
import io.quorate.api.PutRequest;
import io.quorate.api.RangeRequest;
import io.quorate.api.TxnRequest;
import io.quorate.consensus.Point;
import io.quorate.consensus.wire.Bytes;
import io.quorate.consensus.wire.MalformedException;
import io.quorate.store.StoreHarness.Answer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// Drawn histories, held against a store that is too simple to be wrong, on any kind of engine:
/// with workers that work when they like, crashes, compactions and images in between.
public abstract class StoreModelSuite {
  private static final KvStore.Limits SMALL =
      new KvStore.Limits(4_000, 3_000, 5, 2_000, 1 << 20, 2);

  /// A place without any engine.
  protected abstract Engines place() throws Exception;

  /// Forgets all that was not flushed, as a crash does, and gives the place back.
  protected abstract Engines crash(Engines place) throws Exception;

  /// How many histories are drawn.
  protected abstract int seeds();

  /// How long each history is.
  protected abstract int steps();

  private record Applied(Bytes command, NaiveStore.Answer expected) {}

  private Random random = new Random(0);
  private DrawnRequests draw = new DrawnRequests(random);
  private NaiveStore naive = new NaiveStore();
  private final List<List<Applied>> entries = new ArrayList<>();
  private int openReads;

  @TestFactory
  Stream<DynamicTest> itDoesWhatTheNaiveStoreDoes() {
    return IntStream.range(0, seeds())
        .mapToObj(seed -> DynamicTest.dynamicTest("seed " + seed, () -> history(seed)));
  }

  private void history(int seed) throws Exception {
    random = new Random(seed);
    draw = new DrawnRequests(random);
    naive = new NaiveStore();
    entries.clear();
    openReads = 0;
    var limits = random.nextBoolean() ? SMALL : KvStore.Limits.DEFAULT;
    var store = new StoreHarness(place(), limits);
    store.betweenCommands = betweenCommands(store);
    var directory = "1";
    for (int step = 0; step < steps(); step++) {
      switch (random.nextInt(40)) {
        case 0 -> store.store.drain();
        case 1 -> store.store.flush(() -> {});
        case 2 -> {
          if (random.nextInt(4) == 0) {
            store = crash(store, limits, directory);
          }
        }
        case 3 -> {
          if (random.nextInt(4) == 0) {
            directory = "image-" + step;
            replaceByImage(store, directory);
          }
        }
        case 4 -> checkAgainstAnother(store);
        case 5, 6, 7, 8, 9, 10, 11 -> read(store);
        case 12, 13, 14, 15, 16, 17, 18, 19, 20, 21 -> work(store);
        default -> write(store);
      }
    }
    store.settle();
    assertThat(openReads).isZero();
    checkAgainstAnother(store);
    checkLeases(store);
    for (long revision = Math.max(naive.compacted(), 1); revision <= naive.revision(); revision++) {
      var everything = StoreHarness.rangeOf("\0", "\0").setRevision(revision);
      assertThat(store.range(everything).range())
          .isEqualTo(naive.range(everything.build(), revision));
    }
    store.store.close();
    store.settle();
  }

  private Runnable betweenCommands(StoreHarness store) {
    return () -> {
      switch (random.nextInt(10)) {
        case 0, 1 -> store.store.drain();
        case 2 -> store.store.flush(() -> {});
        default -> {}
      }
      work(store);
    };
  }

  private void work(StoreHarness store) {
    switch (random.nextInt(4)) {
      case 0 -> store.storage.work();
      case 1 -> store.storage.handOver();
      case 2 -> store.reader.work();
      default -> store.reader.handOver();
    }
  }

  // Writes

  private void write(StoreHarness store) throws InvalidProtocolBufferException {
    var applied = new ArrayList<Applied>();
    for (int i = random.nextInt(3); i >= 0; i--) {
      applied.add(drawWrite());
    }
    apply(store, applied);
  }

  private Applied drawWrite() {
    return switch (random.nextInt(16)) {
      case 0 -> {
        long revision = draw.revision(naive.revision());
        var request = CompactionRequest.newBuilder().setRevision(revision).build();
        yield new Applied(
            StoreHarness.command(Command.Type.COMPACT, request), naive.compact(revision));
      }
      case 1, 2 -> {
        DeleteRangeRequest request = draw.delete();
        yield new Applied(
            StoreHarness.command(Command.Type.DELETE_RANGE, request), naive.delete(request));
      }
      case 12, 13 -> {
        long id = draw.lease();
        long ttl = random.nextInt(10) == 0 ? 9_000_000_001L : 1 + random.nextInt(1000);
        var request = LeaseGrantRequest.newBuilder().setID(id).setTTL(ttl).build();
        yield new Applied(
            StoreHarness.command(Command.Type.LEASE_GRANT, request), naive.grant(id, ttl));
      }
      case 14 -> {
        long id = draw.lease();
        var request = LeaseRevokeRequest.newBuilder().setID(id).build();
        yield new Applied(
            StoreHarness.command(Command.Type.LEASE_REVOKE, request), naive.revoke(id));
      }
      case 15 -> drawLessor();
      case 3, 4, 5, 6 -> {
        TxnRequest request = draw.txn(naive.revision());
        yield new Applied(StoreHarness.command(Command.Type.TXN, request), naive.txn(request));
      }
      default -> {
        PutRequest request = draw.put();
        yield new Applied(StoreHarness.command(Command.Type.PUT, request), naive.put(request));
      }
    };
  }

  private Applied drawLessor() {
    long number = naive.lessor() + random.nextInt(2);
    if (random.nextBoolean()) {
      var request = Lessorship.CODEC.encode(new Lessorship(number, 7, 1));
      return new Applied(
          Command.of(Command.Type.BECOME_LESSOR, request).encode(), naive.becomeLessor(number));
    }
    var leases = List.of(draw.lease(), draw.lease());
    var request = Expiry.CODEC.encode(new Expiry(number, leases));
    return new Applied(
        Command.of(Command.Type.LEASE_EXPIRE, request).encode(), naive.expire(number, leases));
  }

  private void checkLeases(StoreHarness store) {
    assertThat(store.store.leases()).isEqualTo(naive.leases());
    assertThat(store.store.lessorship().number()).isEqualTo(naive.lessor());
    for (long id : naive.leases().keySet()) {
      assertThat(store.leaseKeys(id)).isEqualTo(naive.keysOf(id));
    }
  }

  private void apply(StoreHarness store, List<Applied> applied)
      throws InvalidProtocolBufferException {
    entries.add(applied);
    var answers = store.entry(applied.stream().map(Applied::command).toList());
    int known = applied.size() - answers.size();
    for (int i = 0; i < answers.size(); i++) {
      check(answers.get(i), applied.get(known + i).expected);
    }
  }

  private static void check(Answer answer, NaiveStore.Answer expected)
      throws InvalidProtocolBufferException {
    assertThat(answer.failure()).isEqualTo(expected.failure());
    if (expected.failure() == null) {
      assertThat(answer.revision()).isEqualTo(expected.revision());
      var response = expected.response();
      if (response != null) {
        MessageLite parsed = response.getParserForType().parseFrom(answer.body().toArray());
        assertThat(parsed).isEqualTo(response);
      }
    }
  }

  // Crashes and images

  private StoreHarness crash(StoreHarness store, KvStore.Limits limits, String directory)
      throws Exception {
    openReads = 0;
    var place = crash(store.engines);
    var again = new StoreHarness(place, limits, directory);
    again.betweenCommands = betweenCommands(again);
    long durable = again.store.durable().applied().index();
    assertThat(again.store.durable().kept().toUtf8())
        .isEqualTo(durable == 0 ? "" : "kept " + durable);
    var missed = List.copyOf(entries.subList((int) durable, entries.size()));
    entries.subList((int) durable, entries.size()).clear();
    for (var entry : missed) {
      apply(again, entry);
    }
    return again;
  }

  private void replaceByImage(StoreHarness store, String directory) throws MalformedException {
    long digest = store.store.digest();
    store.install(store.image(1 + random.nextInt(2_000)), directory);
    assertThat(store.store.digest()).isEqualTo(digest);
    checkLeases(store);
    assertThat(store.engines.list()).containsExactly(directory);
  }

  /// The same entries on another engine, drained otherwise, without anybody who waits.
  private void checkAgainstAnother(StoreHarness store) {
    var other = new StoreHarness();
    for (var entry : entries) {
      for (var applied : entry) {
        other.store.apply(applied.command, false);
      }
      other.index++;
      other.store.applied(new Point(other.index, 1), () -> Bytes.EMPTY);
    }
    assertThat(store.store.digest()).isEqualTo(other.store.digest());
    if (random.nextInt(3) == 0) {
      long revision = Math.max(naive.compacted(), naive.revision() - random.nextInt(5));
      assertThat(store.hash(revision)).isEqualTo(other.hash(revision));
    }
  }

  // Reads

  private void read(StoreHarness store) {
    openReads++;
    long newest = naive.revision();
    long compacted = naive.compacted();
    if (random.nextInt(4) == 0) {
      var request = draw.reading(newest);
      try {
        store.store.read(
            Request.Txn.read(Bytes.of(request.toByteArray())),
            outcome -> readAnswered(outcome, request, newest, compacted));
      } catch (MalformedException e) {
        throw new AssertionError(e);
      }
    } else {
      var request = draw.range(newest);
      store.store.range(
          StoreHarness.parsed(request.toBuilder()),
          outcome -> rangeAnswered(outcome, request, newest));
    }
  }

  private void rangeAnswered(Outcome outcome, RangeRequest request, long newest) {
    openReads--;
    switch (outcome) {
      case Outcome.Failed(Failure why) -> {
        if (request.getRevision() > newest) {
          assertThat(why).isEqualTo(Failure.FUTURE_REVISION);
        } else {
          assertThat(why).isEqualTo(Failure.COMPACTED);
          assertThat(request.getRevision()).isPositive().isLessThan(naive.compacted());
        }
      }
      case Outcome.Done(long revision, Bytes body) -> {
        assertThat(revision).isBetween(newest, naive.revision());
        long at = request.getRevision() > 0 ? request.getRevision() : revision;
        var parsed = Answer.of(new Outcome.Done(revision, body));
        try {
          assertThat(parsed.range()).isEqualTo(naive.range(request, at));
        } catch (InvalidProtocolBufferException e) {
          throw new AssertionError(e);
        }
      }
    }
  }

  private void readAnswered(Outcome outcome, TxnRequest request, long newest, long compacted) {
    openReads--;
    if (outcome instanceof Outcome.Done(long revision, Bytes _)) {
      assertThat(revision).isBetween(newest, naive.revision());
    }
    try {
      // Compared where nothing has changed since, so that the naive store is in the same state.
      if (newest == naive.revision() && compacted == naive.compacted()) {
        check(Answer.of(outcome), naive.txn(request));
      }
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
  }
}
