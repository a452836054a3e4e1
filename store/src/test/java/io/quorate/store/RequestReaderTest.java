package io.quorate.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.google.protobuf.ByteString;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.UnknownFieldSet;
import io.quorate.api.CompactionRequest;
import io.quorate.api.DeleteRangeRequest;
import io.quorate.api.PutRequest;
import io.quorate.api.RangeRequest;
import io.quorate.api.RequestOp;
import io.quorate.api.TxnRequest;
import io.quorate.consensus.wire.Bytes;
import io.quorate.consensus.wire.MalformedException;
import java.io.IOException;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Our few lines read what the generated classes read.
class RequestReaderTest {
  private static Bytes bytes(ByteString bytes) {
    return Bytes.of(bytes.toByteArray());
  }

  private static Request.Range expected(RangeRequest request) {
    return new Request.Range(
        bytes(request.getKey()),
        bytes(request.getRangeEnd()),
        request.getLimit(),
        request.getRevision(),
        switch (request.getSortOrder()) {
          case NONE -> Request.SortOrder.NONE;
          case ASCEND -> Request.SortOrder.ASCEND;
          case DESCEND -> Request.SortOrder.DESCEND;
          case UNRECOGNIZED -> Request.SortOrder.UNKNOWN;
        },
        switch (request.getSortTarget()) {
          case KEY -> Request.SortTarget.KEY;
          case VERSION -> Request.SortTarget.VERSION;
          case CREATE -> Request.SortTarget.CREATE;
          case MOD -> Request.SortTarget.MOD;
          case VALUE -> Request.SortTarget.VALUE;
          case UNRECOGNIZED -> Request.SortTarget.UNKNOWN;
        },
        request.getSerializable(),
        request.getKeysOnly(),
        request.getCountOnly(),
        request.getMinModRevision(),
        request.getMaxModRevision(),
        request.getMinCreateRevision(),
        request.getMaxCreateRevision());
  }

  private static Request.Put expected(PutRequest request) {
    return new Request.Put(
        bytes(request.getKey()),
        bytes(request.getValue()),
        request.getLease(),
        request.getPrevKv(),
        request.getIgnoreValue(),
        request.getIgnoreLease());
  }

  private static Request.DeleteRange expected(DeleteRangeRequest request) {
    return new Request.DeleteRange(
        bytes(request.getKey()), bytes(request.getRangeEnd()), request.getPrevKv());
  }

  private static Request.Op expected(RequestOp op) {
    return switch (op.getRequestCase()) {
      case REQUEST_RANGE -> expected(op.getRequestRange());
      case REQUEST_PUT -> expected(op.getRequestPut());
      case REQUEST_DELETE_RANGE -> expected(op.getRequestDeleteRange());
      case REQUEST_TXN -> expected(op.getRequestTxn());
      case REQUEST_NOT_SET -> new Request.Nothing();
    };
  }

  private static Request.Txn expected(TxnRequest request) {
    return new Request.Txn(
        request.getCompareList().stream().map(RequestReaderTest::expected).toList(),
        request.getSuccessList().stream().map(RequestReaderTest::expected).toList(),
        request.getFailureList().stream().map(RequestReaderTest::expected).toList());
  }

  private static Compare expected(io.quorate.api.Compare compare) {
    var value = Bytes.EMPTY;
    long number = 0;
    switch (compare.getTarget()) {
      case VERSION -> number = compare.getVersion();
      case CREATE -> number = compare.getCreateRevision();
      case MOD -> number = compare.getModRevision();
      case LEASE -> number = compare.getLease();
      case VALUE -> value = bytes(compare.getValue());
      case UNRECOGNIZED -> {}
    }
    return new Compare(
        switch (compare.getResult()) {
          case EQUAL -> Compare.Result.EQUAL;
          case GREATER -> Compare.Result.GREATER;
          case LESS -> Compare.Result.LESS;
          case NOT_EQUAL -> Compare.Result.NOT_EQUAL;
          case UNRECOGNIZED -> Compare.Result.UNKNOWN;
        },
        switch (compare.getTarget()) {
          case VERSION -> Compare.Target.VERSION;
          case CREATE -> Compare.Target.CREATE;
          case MOD -> Compare.Target.MOD;
          case VALUE -> Compare.Target.VALUE;
          case LEASE -> Compare.Target.LEASE;
          case UNRECOGNIZED -> Compare.Target.UNKNOWN;
        },
        bytes(compare.getKey()),
        bytes(compare.getRangeEnd()),
        number,
        value);
  }

  @Test
  void itReadsWhatTheGeneratedClassesWrite() throws Exception {
    var draw = new DrawnRequests(new Random(1));
    for (int i = 0; i < 5_000; i++) {
      var range = draw.range(100);
      assertThat(Request.Range.read(Bytes.of(range.toByteArray()))).isEqualTo(expected(range));
      var put = draw.put();
      assertThat(Request.Put.read(Bytes.of(put.toByteArray()))).isEqualTo(expected(put));
      var delete = draw.delete();
      assertThat(Request.DeleteRange.read(Bytes.of(delete.toByteArray())))
          .isEqualTo(expected(delete));
      var txn = draw.txn(100);
      assertThat(Request.Txn.read(Bytes.of(txn.toByteArray()))).isEqualTo(expected(txn));
    }
    var compaction = CompactionRequest.newBuilder().setRevision(-3).setPhysical(true).build();
    assertThat(Request.Compact.read(Bytes.of(compaction.toByteArray())))
        .isEqualTo(new Request.Compact(-3, true));
  }

  /// Changes, drops, repeats and joins parts, so that most is still almost a request.
  static byte[] mutated(Random random, byte[] request, byte[] other) {
    var bytes = request.clone();
    for (int i = random.nextInt(4); i >= 0 && bytes.length > 0; i--) {
      int at = random.nextInt(bytes.length);
      switch (random.nextInt(4)) {
        case 0 -> bytes[at] = (byte) random.nextInt(256);
        case 1 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
        case 2 -> bytes = ByteString.copyFrom(bytes).substring(0, at).toByteArray();
        default ->
            bytes =
                ByteString.copyFrom(bytes)
                    .substring(0, at)
                    .concat(ByteString.copyFrom(other))
                    .concat(ByteString.copyFrom(bytes).substring(at))
                    .toByteArray();
      }
    }
    return bytes;
  }

  @Test
  void ofDamagedBytesItMakesWhatTheGeneratedClassesMake() throws Exception {
    var random = new Random(2);
    var draw = new DrawnRequests(random);
    int agreed = 0;
    int refused = 0;
    for (int i = 0; i < 100_000; i++) {
      var bytes = mutated(random, draw.txn(100).toByteArray(), draw.put().toByteArray());
      TxnRequest generated;
      try {
        // By way of the message without a class: the class merges the first and the last part of
        // an operation over one of another kind between them.
        generated =
            TxnRequest.parseFrom(
                DynamicMessage.parseFrom(TxnRequest.getDescriptor(), bytes).toByteArray());
      } catch (IOException e) {
        continue;
      }
      try {
        assertThat(Request.Txn.read(Bytes.of(bytes))).isEqualTo(expected(generated));
        agreed++;
      } catch (MalformedException e) {
        // The generated classes end a number at its tenth byte even if that says that it goes on.
        refused++;
      }
    }
    assertThat(agreed).isGreaterThan(10_000);
    assertThat(refused).isLessThan(agreed / 500);
  }

  @Test
  void partsOfOneOperationAreMergedAndOfSeveralTheLastCounts() throws Exception {
    var first = RequestOp.newBuilder().setRequestPut(StoreHarness.putOf("a", "1")).build();
    var second = RequestOp.newBuilder().setRequestPut(StoreHarness.putOf("", "2")).build();
    var other = RequestOp.newBuilder().setRequestRange(StoreHarness.rangeOf("r", "")).build();
    var both = RequestOp.newBuilder().setRequestPut(StoreHarness.putOf("a", "2")).build();

    assertThat(read(first, second)).isEqualTo(expected(both));
    assertThat(read(first, other)).isEqualTo(expected(other));
    assertThat(read(other, first, second)).isEqualTo(expected(both));
    assertThat(read(first, other, second)).isEqualTo(expected(second));
  }

  /// The operation that stands there in parts.
  private static Request.Op read(RequestOp... parts) throws Exception {
    var joined = ByteString.EMPTY;
    for (var part : parts) {
      joined = joined.concat(part.toByteString());
    }
    return Request.Txn.read(bytes(field(2, joined))).success().getFirst();
  }

  @Test
  void transactionsWithinEachOtherHaveABound() throws Exception {
    var deep = nested(127);
    assertThat(Request.Txn.read(deep).success()).hasSize(1);
    assertThatExceptionOfType(MalformedException.class)
        .isThrownBy(() -> Request.Txn.read(nested(128)));
    assertThatExceptionOfType(MalformedException.class)
        .isThrownBy(() -> Request.Txn.read(nested(20_000)));
  }

  private static Bytes nested(int depth) {
    var inner = ByteString.EMPTY;
    for (int i = 0; i < depth; i++) {
      var op = field(4, inner);
      inner = field(2, op);
    }
    return bytes(inner);
  }

  private static ByteString field(int number, ByteString content) {
    return UnknownFieldSet.newBuilder()
        .addField(number, UnknownFieldSet.Field.newBuilder().addLengthDelimited(content).build())
        .build()
        .toByteString();
  }
}
