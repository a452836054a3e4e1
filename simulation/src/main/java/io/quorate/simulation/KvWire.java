package io.quorate.simulation;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import io.quorate.api.Compare;
import io.quorate.api.DeleteRangeRequest;
import io.quorate.api.DeleteRangeResponse;
import io.quorate.api.PutRequest;
import io.quorate.api.PutResponse;
import io.quorate.api.RangeRequest;
import io.quorate.api.RangeResponse;
import io.quorate.api.RequestOp;
import io.quorate.api.ResponseOp;
import io.quorate.api.TxnRequest;
import io.quorate.api.TxnResponse;
import io.quorate.api.mvcc.KeyValue;
import io.quorate.consensus.wire.Bytes;
import io.quorate.simulation.history.KvAnswer;
import io.quorate.simulation.history.KvAnswer.OfDelete;
import io.quorate.simulation.history.KvAnswer.OfPut;
import io.quorate.simulation.history.KvAnswer.OfRange;
import io.quorate.simulation.history.KvAnswer.Told;
import io.quorate.simulation.history.KvRequest;
import io.quorate.simulation.history.KvRequest.Condition;
import io.quorate.simulation.history.KvRequest.Delete;
import io.quorate.simulation.history.KvRequest.Found;
import io.quorate.simulation.history.KvRequest.Keys;
import io.quorate.simulation.history.KvRequest.Put;
import io.quorate.simulation.history.KvRequest.Range;
import io.quorate.simulation.history.KvRequest.Step;
import io.quorate.simulation.history.KvRequest.Target;
import io.quorate.simulation.watch.ViolationException;
import java.util.ArrayList;
import java.util.List;

/// Requests and answers in etcd's wire form. What is a single step without a condition goes out as
/// the method for just that.
final class KvWire {
  private KvWire() {}

  private static boolean isPlain(KvRequest request) {
    return request.conditions().isEmpty()
        && request.success().size() == 1
        && request.failure().isEmpty();
  }

  static String method(KvRequest request) {
    if (!isPlain(request)) {
      return "Txn";
    }
    return switch (request.success().getFirst()) {
      case Put put -> "Put";
      case Delete delete -> "DeleteRange";
      case Range range -> "Range";
    };
  }

  static MessageLite message(KvRequest request) {
    if (!isPlain(request)) {
      var txn = TxnRequest.newBuilder();
      request.conditions().forEach(condition -> txn.addCompare(compare(condition)));
      request.success().forEach(step -> txn.addSuccess(op(step, request.serializable())));
      request.failure().forEach(step -> txn.addFailure(op(step, request.serializable())));
      return txn.build();
    }
    return switch (request.success().getFirst()) {
      case Put put -> message(put);
      case Delete delete -> message(delete);
      case Range range -> message(range, request.serializable());
    };
  }

  private static RequestOp op(Step step, boolean serializable) {
    return switch (step) {
      case Put put -> RequestOp.newBuilder().setRequestPut(message(put)).build();
      case Delete delete -> RequestOp.newBuilder().setRequestDeleteRange(message(delete)).build();
      case Range range ->
          RequestOp.newBuilder().setRequestRange(message(range, serializable)).build();
    };
  }

  private static Compare compare(Condition condition) {
    var compare = Compare.newBuilder().setKey(bytes(condition.key()));
    var expected = condition.expected();
    if (expected == null) {
      // A key that is absent was created at 0 and changed at 0.
      return condition.target() == Target.REVISION
          ? compare.setTarget(Compare.CompareTarget.MOD).setModRevision(0).build()
          : compare.setTarget(Compare.CompareTarget.CREATE).setCreateRevision(0).build();
    }
    return condition.target() == Target.REVISION
        ? compare.setTarget(Compare.CompareTarget.MOD).setModRevision(expected.revision()).build()
        : compare.setTarget(Compare.CompareTarget.VALUE).setValue(bytes(expected.value())).build();
  }

  private static PutRequest message(Put put) {
    return PutRequest.newBuilder()
        .setKey(bytes(put.key()))
        .setValue(bytes(put.value()))
        .setPrevKv(put.previous())
        .build();
  }

  private static DeleteRangeRequest message(Delete delete) {
    return DeleteRangeRequest.newBuilder()
        .setKey(bytes(delete.keys().from()))
        .setRangeEnd(end(delete.keys()))
        .setPrevKv(delete.previous())
        .build();
  }

  private static RangeRequest message(Range range, boolean serializable) {
    return RangeRequest.newBuilder()
        .setKey(bytes(range.keys().from()))
        .setRangeEnd(end(range.keys()))
        .setLimit(range.limit())
        .setRevision(range.at())
        .setSerializable(serializable)
        .build();
  }

  private static ByteString bytes(String text) {
    return ByteString.copyFromUtf8(text);
  }

  private static ByteString end(Keys keys) {
    return keys.to() == null ? ByteString.EMPTY : bytes(keys.to());
  }

  static KvAnswer answer(KvRequest request, Bytes response) throws InvalidProtocolBufferException {
    var buffer = response.asByteBuffer();
    if (isPlain(request)) {
      return switch (request.success().getFirst()) {
        case Put put -> {
          var answer = PutResponse.parseFrom(buffer);
          yield KvAnswer.of(answer.getHeader().getRevision(), told(answer));
        }
        case Delete delete -> {
          var answer = DeleteRangeResponse.parseFrom(buffer);
          yield KvAnswer.of(answer.getHeader().getRevision(), told(delete, answer));
        }
        case Range range -> {
          var answer = RangeResponse.parseFrom(buffer);
          yield KvAnswer.of(answer.getHeader().getRevision(), told(answer));
        }
      };
    }
    var answer = TxnResponse.parseFrom(buffer);
    var steps = request.branch(answer.getSucceeded());
    ViolationException.check(
        steps.size() == answer.getResponsesCount(),
        "C5",
        "%d answers to %s",
        answer.getResponsesCount(),
        request);
    var told = new ArrayList<Told>();
    for (int i = 0; i < steps.size(); i++) {
      told.add(told(steps.get(i), answer.getResponses(i)));
    }
    return new KvAnswer(answer.getHeader().getRevision(), answer.getSucceeded(), told);
  }

  private static Told told(Step step, ResponseOp response) {
    return switch (step) {
      case Put put -> told(response.getResponsePut());
      case Delete delete -> told(delete, response.getResponseDeleteRange());
      case Range range -> told(response.getResponseRange());
    };
  }

  private static OfPut told(PutResponse answer) {
    return new OfPut(answer.hasPrevKv() ? found(answer.getPrevKv()) : null);
  }

  private static OfDelete told(Delete delete, DeleteRangeResponse answer) {
    return new OfDelete(
        answer.getDeleted(), delete.previous() ? found(answer.getPrevKvsList()) : null);
  }

  private static OfRange told(RangeResponse answer) {
    return new OfRange(found(answer.getKvsList()), answer.getCount(), answer.getMore());
  }

  private static List<Found> found(List<KeyValue> kvs) {
    return kvs.stream().map(KvWire::found).toList();
  }

  private static Found found(KeyValue kv) {
    return new Found(kv.getKey().toStringUtf8(), kv.getValue().toStringUtf8(), kv.getModRevision());
  }
}
