package io.quorate.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import io.quorate.api.CompactionRequest;
import io.quorate.api.DeleteRangeRequest;
import io.quorate.api.DeleteRangeResponse;
import io.quorate.api.LeaseGrantRequest;
import io.quorate.api.LeaseRevokeRequest;
import io.quorate.api.LeaseTimeToLiveResponse;
import io.quorate.api.PutRequest;
import io.quorate.api.PutResponse;
import io.quorate.api.RangeRequest;
import io.quorate.api.RangeResponse;
import io.quorate.api.TxnRequest;
import io.quorate.api.TxnResponse;
import io.quorate.consensus.Point;
import io.quorate.consensus.wire.Bytes;
import io.quorate.consensus.wire.MalformedException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// A store with all around it that a test needs: workers that run when told, requests and responses
/// as clients see them, and entries one after the other as a replica applies them.
public final class StoreHarness {
  /// What a call came to: a response, or a failure.
  record Answer(long revision, Bytes body, @Nullable Failure failure) {
    static Answer of(Outcome outcome) {
      return switch (outcome) {
        case Outcome.Done(long revision, Bytes body) -> new Answer(revision, body, null);
        case Outcome.Failed(Failure why) -> new Answer(0, Bytes.EMPTY, why);
      };
    }

    private byte[] bytes() {
      assertThat(failure).isNull();
      return body.toArray();
    }

    RangeResponse range() throws InvalidProtocolBufferException {
      return RangeResponse.parseFrom(bytes());
    }

    PutResponse put() throws InvalidProtocolBufferException {
      return PutResponse.parseFrom(bytes());
    }

    DeleteRangeResponse deleted() throws InvalidProtocolBufferException {
      return DeleteRangeResponse.parseFrom(bytes());
    }

    TxnResponse txn() throws InvalidProtocolBufferException {
      return TxnResponse.parseFrom(bytes());
    }
  }

  final Engines engines;
  final KvStore.Limits limits;
  QueuedWorker storage = new QueuedWorker();
  QueuedWorker reader = new QueuedWorker();
  KvStore store;
  long index;

  /// How many commands of the next entry took effect before the node died.
  int begun;

  /// What happens while an entry has taken effect in part: a loop may do other things then.
  Runnable betweenCommands = () -> {};

  StoreHarness() {
    this(new HeapEngines(), KvStore.Limits.DEFAULT);
  }

  StoreHarness(Engines engines, KvStore.Limits limits) {
    this(engines, limits, "1");
  }

  /// A store on what a directory holds.
  StoreHarness(Engines engines, KvStore.Limits limits, String directory) {
    this.engines = engines;
    this.limits = limits;
    this.store = open(directory);
    resume();
  }

  private void resume() {
    index = store.durable().applied().index();
    begun = store.durable().begun();
  }

  private KvStore open(String directory) {
    return KvStore.open(new KvStore.Ports(engines, storage, reader), limits, directory);
  }

  /// Lets the workers work until nothing is left.
  void settle() {
    while (!storage.isIdle() || !reader.isIdle()) {
      storage.work();
      storage.handOver();
      reader.work();
      reader.handOver();
    }
  }

  /// The node dies, and finds at its next start what was durable then.
  ///
  /// @param directory in which the store was
  void crash(String directory) {
    storage = new QueuedWorker();
    reader = new QueuedWorker();
    store = open(directory);
    resume();
  }

  // Commands

  /// Applies one entry, of which the store hears beforehand every other time.
  ///
  /// @return what the commands came to, without those that had taken effect
  List<Answer> entry(List<Bytes> commands) {
    if (index % 2 == 0) {
      store.expect(commands);
    }
    var rest = commands.subList(begun, commands.size());
    begun = 0;
    await(ready -> store.ready(rest, ready));
    var answers = new ArrayList<Answer>();
    for (var command : rest) {
      if (!answers.isEmpty()) {
        await(ready -> store.hasRoom(command, ready));
      }
      answers.add(Answer.of(store.apply(command, true)));
      betweenCommands.run();
    }
    index++;
    long then = index;
    store.applied(new Point(then, 1), () -> Bytes.utf8("kept " + then));
    return answers;
  }

  /// Puts many keys, in one entry for which nobody waits.
  void fill(String prefix, int keys) {
    for (int i = 0; i < keys; i++) {
      var request = putOf(prefix + "%06d".formatted(i), "x").build();
      store.apply(command(Command.Type.PUT, request), false);
    }
    index++;
    store.applied(new Point(index, 1), () -> Bytes.EMPTY);
  }

  private void await(Predicate<Runnable> question) {
    var asked = new AtomicBoolean();
    while (!question.test(() -> asked.set(true))) {
      settle();
      assertThat(asked.getAndSet(false)).isTrue();
    }
  }

  Answer apply(Command.Type type, MessageLite request) {
    return entry(List.of(command(type, request))).getFirst();
  }

  static Bytes command(Command.Type type, MessageLite request) {
    return Command.of(type, Bytes.of(request.toByteArray())).encode();
  }

  static ByteString bytes(String text) {
    return ByteString.copyFrom(text, java.nio.charset.StandardCharsets.ISO_8859_1);
  }

  static PutRequest.Builder putOf(String key, String value) {
    return PutRequest.newBuilder().setKey(bytes(key)).setValue(bytes(value));
  }

  static RangeRequest.Builder rangeOf(String key, String end) {
    return RangeRequest.newBuilder().setKey(bytes(key)).setRangeEnd(bytes(end));
  }

  static DeleteRangeRequest.Builder deleteOf(String key, String end) {
    return DeleteRangeRequest.newBuilder().setKey(bytes(key)).setRangeEnd(bytes(end));
  }

  Answer put(String key, String value) {
    return put(putOf(key, value));
  }

  Answer put(PutRequest.Builder request) {
    return apply(Command.Type.PUT, request.build());
  }

  Answer delete(String key) {
    return delete(key, "");
  }

  Answer delete(String key, String end) {
    return delete(deleteOf(key, end));
  }

  Answer delete(DeleteRangeRequest.Builder request) {
    return apply(Command.Type.DELETE_RANGE, request.build());
  }

  Answer txn(TxnRequest.Builder request) {
    return apply(Command.Type.TXN, request.build());
  }

  Answer compact(long revision) {
    return apply(
        Command.Type.COMPACT, CompactionRequest.newBuilder().setRevision(revision).build());
  }

  Answer grant(long id, long ttl) {
    return apply(
        Command.Type.LEASE_GRANT, LeaseGrantRequest.newBuilder().setID(id).setTTL(ttl).build());
  }

  Answer revoke(long id) {
    return apply(Command.Type.LEASE_REVOKE, LeaseRevokeRequest.newBuilder().setID(id).build());
  }

  Answer becomeLessor(long number) {
    var request = Lessorship.CODEC.encode(new Lessorship(number, 7, 1));
    return entry(List.of(Command.of(Command.Type.BECOME_LESSOR, request).encode())).getFirst();
  }

  Answer expire(long lessor, Long... leases) {
    var request = Expiry.CODEC.encode(new Expiry(lessor, List.of(leases)));
    return entry(List.of(Command.of(Command.Type.LEASE_EXPIRE, request).encode())).getFirst();
  }

  // Reads

  /// The keys that are attached to a lease.
  List<String> leaseKeys(long lease) {
    var slot = new Slot();
    store.leaseKeys(lease, outcome -> slot.answer = Answer.of(outcome));
    settle();
    try {
      var response = LeaseTimeToLiveResponse.parseFrom(slot.taken().bytes());
      return response.getKeysList().stream().map(StoreHarness::text).toList();
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
  }

  private static final class Slot {
    @Nullable Answer answer;

    Answer taken() {
      if (answer == null) {
        throw new AssertionError("no answer");
      }
      return answer;
    }
  }

  Answer range(RangeRequest.Builder request) {
    var slot = new Slot();
    store.range(parsed(request), outcome -> slot.answer = Answer.of(outcome));
    settle();
    return slot.taken();
  }

  static Request.Range parsed(RangeRequest.Builder request) {
    try {
      return Request.Range.read(Bytes.of(request.build().toByteArray()));
    } catch (MalformedException e) {
      throw new AssertionError(e);
    }
  }

  Answer range(String key, String end) {
    return range(rangeOf(key, end));
  }

  Answer read(TxnRequest.Builder request) {
    var slot = new Slot();
    try {
      store.read(
          Request.Txn.read(Bytes.of(request.build().toByteArray())),
          outcome -> slot.answer = Answer.of(outcome));
    } catch (MalformedException e) {
      throw new AssertionError(e);
    }
    settle();
    return slot.taken();
  }

  /// All keys with their values at a revision, as text.
  List<String> all(long revision) throws InvalidProtocolBufferException {
    var answer = range(rangeOf("\0", "\0").setRevision(revision)).range();
    return answer.getKvsList().stream()
        .map(kv -> text(kv.getKey()) + "=" + text(kv.getValue()))
        .toList();
  }

  static String text(ByteString bytes) {
    return bytes.toString(java.nio.charset.StandardCharsets.ISO_8859_1);
  }

  HashOutcome hash(long revision) {
    var slot =
        new Object() {
          @Nullable HashOutcome outcome;
        };
    store.hash(revision, outcome -> slot.outcome = outcome);
    settle();
    if (slot.outcome == null) {
      throw new AssertionError("no answer");
    }
    return slot.outcome;
  }

  void flush() {
    var done = new AtomicBoolean();
    store.flush(() -> done.set(true));
    settle();
    assertThat(done.get()).isTrue();
  }

  // Images

  List<Bytes> image(int pieceBytes) {
    var pieces = new ArrayList<Bytes>();
    store.image(image -> {
      for (var piece = image.next(pieceBytes); piece != null; piece = image.next(pieceBytes)) {
        pieces.add(piece);
      }
      image.close();
    });
    settle();
    return pieces;
  }

  /// Goes on with the state of an image.
  void install(List<Bytes> pieces, String directory) throws MalformedException {
    var installation = store.install(directory);
    for (var piece : pieces) {
      installation.add(piece);
    }
    installation.finish();
    store.switchTo(installation);
    resume();
    settle();
  }
}
