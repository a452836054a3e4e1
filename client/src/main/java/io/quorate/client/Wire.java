package io.quorate.client;

import com.google.protobuf.ByteString;
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
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Operations and their results in etcd's form.
final class Wire {
  private Wire() {}

  static ByteString bytes(ByteSequence bytes) {
    return ByteString.copyFrom(bytes.toByteArray());
  }

  static ByteSequence bytes(ByteString bytes) {
    return ByteSequence.of(bytes.toByteArray());
  }

  static RangeRequest request(Query query) {
    var request =
        RangeRequest.newBuilder()
            .setKey(bytes(query.range().key()))
            .setRangeEnd(bytes(query.range().end()))
            .setLimit(query.limit())
            .setRevision(query.revision())
            .setSerializable(query.serializable())
            .setKeysOnly(query.part() == Query.Part.KEYS)
            .setCountOnly(query.part() == Query.Part.COUNT)
            .setSortTarget(target(query.sort()));
    if (query.descending()) {
      request.setSortOrder(RangeRequest.SortOrder.DESCEND);
    } else if (query.sort() != Query.Sort.KEY) {
      request.setSortOrder(RangeRequest.SortOrder.ASCEND);
    }
    return request.build();
  }

  private static RangeRequest.SortTarget target(Query.Sort sort) {
    return switch (sort) {
      case KEY -> RangeRequest.SortTarget.KEY;
      case VERSION -> RangeRequest.SortTarget.VERSION;
      case CREATE_REVISION -> RangeRequest.SortTarget.CREATE;
      case MOD_REVISION -> RangeRequest.SortTarget.MOD;
      case VALUE -> RangeRequest.SortTarget.VALUE;
    };
  }

  static PutRequest request(Put put) {
    return PutRequest.newBuilder()
        .setKey(bytes(put.key()))
        .setValue(bytes(put.value()))
        .setLease(put.lease())
        .setPrevKv(put.previous())
        .build();
  }

  static DeleteRangeRequest request(Delete delete) {
    return DeleteRangeRequest.newBuilder()
        .setKey(bytes(delete.range().key()))
        .setRangeEnd(bytes(delete.range().end()))
        .setPrevKv(delete.previous())
        .build();
  }

  static TxnRequest request(Transaction transaction) {
    var request = TxnRequest.newBuilder();
    transaction.when().forEach(comparison -> request.addCompare(compare(comparison)));
    transaction.then().forEach(operation -> request.addSuccess(operation(operation)));
    transaction.otherwise().forEach(operation -> request.addFailure(operation(operation)));
    return request.build();
  }

  private static RequestOp operation(Operation operation) {
    var request = RequestOp.newBuilder();
    if (operation instanceof Put put) {
      request.setRequestPut(request(put));
    } else if (operation instanceof Query query) {
      request.setRequestRange(request(query));
    } else if (operation instanceof Delete delete) {
      request.setRequestDeleteRange(request(delete));
    } else if (operation instanceof Transaction transaction) {
      request.setRequestTxn(request(transaction));
    }
    return request.build();
  }

  private static Compare compare(Comparison comparison) {
    var compare =
        Compare.newBuilder()
            .setKey(bytes(comparison.key()))
            .setResult(
                switch (comparison.relation()) {
                  case EQUAL -> Compare.CompareResult.EQUAL;
                  case GREATER -> Compare.CompareResult.GREATER;
                  case LESS -> Compare.CompareResult.LESS;
                  case NOT_EQUAL -> Compare.CompareResult.NOT_EQUAL;
                });
    if (comparison instanceof Comparison.OfValue of) {
      compare.setTarget(Compare.CompareTarget.VALUE).setValue(bytes(of.value()));
    } else if (comparison instanceof Comparison.OfNumber of) {
      switch (of.field()) {
        case VERSION -> compare.setTarget(Compare.CompareTarget.VERSION).setVersion(of.number());
        case CREATE_REVISION ->
            compare.setTarget(Compare.CompareTarget.CREATE).setCreateRevision(of.number());
        case MOD_REVISION ->
            compare.setTarget(Compare.CompareTarget.MOD).setModRevision(of.number());
        case LEASE -> compare.setTarget(Compare.CompareTarget.LEASE).setLease(of.number());
      }
    }
    return compare.build();
  }

  static KeyValue keyValue(io.quorate.api.mvcc.KeyValue kv) {
    return new KeyValue(
        bytes(kv.getKey()),
        bytes(kv.getValue()),
        kv.getCreateRevision(),
        kv.getModRevision(),
        kv.getVersion(),
        kv.getLease());
  }

  static @Nullable KeyValue keyValueIf(boolean there, io.quorate.api.mvcc.KeyValue kv) {
    return there ? keyValue(kv) : null;
  }

  private static List<KeyValue> keyValues(List<io.quorate.api.mvcc.KeyValue> kvs) {
    return kvs.stream().map(Wire::keyValue).toList();
  }

  static PutResult result(PutResponse response) {
    return new PutResult(
        response.getHeader().getRevision(), keyValueIf(response.hasPrevKv(), response.getPrevKv()));
  }

  static Found result(RangeResponse response) {
    return new Found(
        keyValues(response.getKvsList()),
        response.getCount(),
        response.getMore(),
        response.getHeader().getRevision());
  }

  static DeleteResult result(DeleteRangeResponse response) {
    return new DeleteResult(
        response.getDeleted(),
        keyValues(response.getPrevKvsList()),
        response.getHeader().getRevision());
  }

  static TransactionResult result(TxnResponse response) {
    return new TransactionResult(
        response.getSucceeded(),
        response.getResponsesList().stream().map(Wire::result).toList(),
        response.getHeader().getRevision());
  }

  private static OperationResult result(ResponseOp response) {
    return switch (response.getResponseCase()) {
      case RESPONSE_PUT -> result(response.getResponsePut());
      case RESPONSE_RANGE -> result(response.getResponseRange());
      case RESPONSE_DELETE_RANGE -> result(response.getResponseDeleteRange());
      case RESPONSE_TXN -> result(response.getResponseTxn());
      case RESPONSE_NOT_SET ->
          throw new IllegalStateException("the server answered an operation with nothing");
    };
  }
}
