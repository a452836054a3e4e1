package io.quorate.store;

import static io.quorate.store.StoreHarness.text;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import io.quorate.api.Compare;
import io.quorate.api.DeleteRangeRequest;
import io.quorate.api.DeleteRangeResponse;
import io.quorate.api.LeaseGrantResponse;
import io.quorate.api.PutRequest;
import io.quorate.api.PutResponse;
import io.quorate.api.RangeRequest;
import io.quorate.api.RangeRequest.SortOrder;
import io.quorate.api.RangeResponse;
import io.quorate.api.RequestOp;
import io.quorate.api.ResponseHeader;
import io.quorate.api.ResponseOp;
import io.quorate.api.TxnRequest;
import io.quorate.api.TxnResponse;
import io.quorate.api.mvcc.KeyValue;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What the store should do, said as simply as possible: the whole state of every revision.
final class NaiveStore {
  /// A response as clients would see it, but for what the answering node adds.
  ///
  /// @param revision of the header
  record Answer(long revision, @Nullable MessageLite response, @Nullable Failure failure) {
    static Answer failed(Failure why) {
      return new Answer(0, null, why);
    }
  }

  private static final class Refused extends Exception {
    private static final long serialVersionUID = 1;
    private final Failure why;

    Refused(Failure why) {
      this.why = why;
    }
  }

  private final TreeMap<Long, NavigableMap<String, KeyValue>> states = new TreeMap<>();
  private final TreeMap<Long, Long> leases = new TreeMap<>();
  private long lessor;
  private long compacted = -1;

  /// The state that a write is making.
  private NavigableMap<String, KeyValue> next = new TreeMap<>();

  private boolean changed;

  NaiveStore() {
    states.put(1L, new TreeMap<>());
  }

  long revision() {
    return states.lastKey();
  }

  long compacted() {
    return compacted;
  }

  long lessor() {
    return lessor;
  }

  Map<Long, Long> leases() {
    return leases;
  }

  List<String> keysOf(long lease) {
    return present().values().stream()
        .filter(kv -> kv.getLease() == lease)
        .map(kv -> text(kv.getKey()))
        .toList();
  }

  Answer grant(long id, long ttl) {
    if (ttl > 9_000_000_000L) {
      return Answer.failed(Failure.LEASE_TTL_TOO_LARGE);
    } else if (leases.putIfAbsent(id, ttl) != null) {
      return Answer.failed(Failure.LEASE_EXISTS);
    }
    var response = LeaseGrantResponse.newBuilder().setID(id).setTTL(ttl).build();
    return new Answer(revision(), response, null);
  }

  Answer revoke(long id) {
    if (leases.remove(id) == null) {
      return Answer.failed(Failure.LEASE_NOT_FOUND);
    }
    var left = new TreeMap<>(present());
    left.values().removeIf(kv -> kv.getLease() == id);
    if (left.size() < present().size()) {
      states.put(revision() + 1, left);
    }
    return new Answer(revision(), null, null);
  }

  Answer expire(long by, List<Long> ids) {
    if (by == lessor) {
      ids.forEach(this::revoke);
    }
    return new Answer(revision(), null, null);
  }

  Answer becomeLessor(long number) {
    lessor = number == lessor + 1 ? number : lessor;
    return new Answer(revision(), null, null);
  }

  private NavigableMap<String, KeyValue> present() {
    return states.lastEntry().getValue();
  }

  Answer compact(long revision) {
    if (revision > revision()) {
      return Answer.failed(Failure.FUTURE_REVISION);
    } else if (revision <= compacted) {
      return Answer.failed(Failure.COMPACTED);
    }
    compacted = revision;
    return new Answer(revision(), null, null);
  }

  // Ranges

  private static <V> NavigableMap<String, V> within(
      NavigableMap<String, V> all, ByteString key, ByteString end) {
    var from = text(key);
    var to = text(end);
    if (to.isEmpty()) {
      return all.subMap(from, true, from, true);
    } else if (to.equals("\0")) {
      return all.tailMap(from, true);
    }
    return from.compareTo(to) >= 0 ? new TreeMap<>() : all.subMap(from, true, to, false);
  }

  /// At a revision that is there.
  RangeResponse range(RangeRequest request, long at) {
    return range(request, states.floorEntry(at).getValue());
  }

  private static RangeResponse range(RangeRequest request, NavigableMap<String, KeyValue> state) {
    var all = within(state, request.getKey(), request.getRangeEnd()).values();
    var response = RangeResponse.newBuilder().setCount(all.size());
    if (request.getCountOnly()) {
      return response.build();
    }
    var passing = new ArrayList<KeyValue>();
    for (var kv : all) {
      if (passes(kv.getModRevision(), request.getMinModRevision(), request.getMaxModRevision())
          && passes(
              kv.getCreateRevision(),
              request.getMinCreateRevision(),
              request.getMaxCreateRevision())) {
        passing.add(kv);
      }
    }
    boolean filtered =
        request.getMinModRevision() != 0
            || request.getMaxModRevision() != 0
            || request.getMinCreateRevision() != 0
            || request.getMaxCreateRevision() != 0;
    long limit = request.getLimit() > 0 ? request.getLimit() : Long.MAX_VALUE;
    boolean more = passing.size() > limit;
    if (request.getSortOrder() == SortOrder.NONE && !filtered && more) {
      passing = new ArrayList<>(passing.subList(0, (int) limit + 1)); // etcd-40
    }
    Comparator<KeyValue> order =
        switch (request.getSortTarget()) {
          case VERSION -> Comparator.comparingLong(KeyValue::getVersion);
          case CREATE -> Comparator.comparingLong(KeyValue::getCreateRevision);
          case MOD -> Comparator.comparingLong(KeyValue::getModRevision);
          case VALUE -> Comparator.comparing(kv -> text(kv.getValue()));
          default -> Comparator.comparing(kv -> text(kv.getKey()));
        };
    passing.sort(request.getSortOrder() == SortOrder.DESCEND ? order.reversed() : order);
    response.setMore(more);
    for (var kv : passing.subList(0, more ? (int) limit : passing.size())) {
      response.addKvs(request.getKeysOnly() ? kv.toBuilder().clearValue().build() : kv);
    }
    return response.build();
  }

  private static boolean passes(long revision, long min, long max) {
    return (min == 0 || revision >= min) && (max == 0 || revision <= max);
  }

  // Writes

  private interface Writing<R extends MessageLite> {
    R write() throws Refused;
  }

  private <R extends MessageLite> Answer write(Writing<R> writing) {
    next = new TreeMap<>(present());
    changed = false;
    try {
      var response = writing.write();
      if (changed) {
        states.put(revision() + 1, next);
      }
      return new Answer(revision(), response, null);
    } catch (Refused e) {
      return Answer.failed(e.why);
    }
  }

  Answer put(PutRequest request) {
    return write(() -> {
      checkLease(request);
      checkKept(request);
      return put(request, false);
    });
  }

  Answer delete(DeleteRangeRequest request) {
    return write(() -> delete(request, false));
  }

  Answer txn(TxnRequest request) {
    return write(() -> {
      checkPath(request);
      return txn(request, true);
    });
  }

  /// The header of a response within a transaction.
  private ResponseHeader header() {
    return ResponseHeader.newBuilder().setRevision(revision() + (changed ? 1 : 0)).build();
  }

  private void checkLease(PutRequest request) throws Refused {
    if (request.getLease() != 0 && !leases.containsKey(request.getLease())) {
      throw new Refused(Failure.LEASE_NOT_FOUND);
    }
  }

  private void checkKept(PutRequest request) throws Refused {
    if ((request.getIgnoreValue() || request.getIgnoreLease())
        && !present().containsKey(text(request.getKey()))) {
      throw new Refused(Failure.KEY_NOT_FOUND);
    }
  }

  private PutResponse put(PutRequest request, boolean within) throws Refused {
    var key = text(request.getKey());
    var old = next.get(key);
    if (old == null && (request.getIgnoreValue() || request.getIgnoreLease())) {
      throw new Refused(Failure.KEY_NOT_FOUND);
    }
    changed = true;
    var kv = KeyValue.newBuilder().setKey(request.getKey()).setModRevision(revision() + 1);
    kv.setCreateRevision(old == null ? revision() + 1 : old.getCreateRevision());
    kv.setVersion(old == null ? 1 : old.getVersion() + 1);
    kv.setLease(request.getIgnoreLease() && old != null ? old.getLease() : request.getLease());
    kv.setValue(request.getIgnoreValue() && old != null ? old.getValue() : request.getValue());
    next.put(key, kv.build());
    var response = PutResponse.newBuilder();
    if (old != null && request.getPrevKv()) {
      response.setPrevKv(old);
    }
    return (within ? response.setHeader(header()) : response).build();
  }

  private DeleteRangeResponse delete(DeleteRangeRequest request, boolean within) {
    var gone = within(next, request.getKey(), request.getRangeEnd());
    var response = DeleteRangeResponse.newBuilder().setDeleted(gone.size());
    if (request.getPrevKv()) {
      response.addAllPrevKvs(gone.values());
    }
    changed = changed || !gone.isEmpty();
    next.keySet().removeAll(List.copyOf(gone.keySet()));
    return (within ? response.setHeader(header()) : response).build();
  }

  // Transactions

  private boolean succeeds(TxnRequest request) {
    return request.getCompareList().stream().allMatch(this::holds);
  }

  private boolean holds(Compare compare) {
    var all = within(present(), compare.getKey(), compare.getRangeEnd()).values();
    if (all.isEmpty()) {
      return compare.getTarget() != Compare.CompareTarget.VALUE
          && holds(compare, KeyValue.getDefaultInstance());
    }
    return all.stream().allMatch(kv -> holds(compare, kv));
  }

  private static boolean holds(Compare compare, KeyValue kv) {
    int order =
        switch (compare.getTarget()) {
          case VERSION -> Long.compare(kv.getVersion(), compare.getVersion());
          case CREATE -> Long.compare(kv.getCreateRevision(), compare.getCreateRevision());
          case MOD -> Long.compare(kv.getModRevision(), compare.getModRevision());
          case LEASE -> Long.compare(kv.getLease(), compare.getLease());
          case VALUE -> text(kv.getValue()).compareTo(text(compare.getValue()));
          default -> 0;
        };
    return switch (compare.getResult()) {
      case EQUAL -> order == 0;
      case NOT_EQUAL -> order != 0;
      case GREATER -> order > 0;
      case LESS -> order < 0;
      default -> true;
    };
  }

  private List<RequestOp> branch(TxnRequest request) {
    return succeeds(request) ? request.getSuccessList() : request.getFailureList();
  }

  /// All that a transaction will do but for its branches within: in its order.
  private List<RequestOp> path(TxnRequest request) {
    var path = new ArrayList<RequestOp>();
    for (var op : branch(request)) {
      if (op.hasRequestTxn()) {
        path.addAll(path(op.getRequestTxn()));
      } else {
        path.add(op);
      }
    }
    return path;
  }

  private void checkPath(TxnRequest request) throws Refused {
    for (var op : path(request)) {
      if (op.hasRequestPut()) {
        checkKept(op.getRequestPut());
        checkLease(op.getRequestPut());
      }
    }
    for (var op : path(request)) {
      long at = op.getRequestRange().getRevision();
      if (op.hasRequestRange() && at > revision()) {
        throw new Refused(Failure.FUTURE_REVISION);
      } else if (op.hasRequestRange() && at != 0 && at < compacted) {
        throw new Refused(Failure.COMPACTED);
      }
    }
  }

  private TxnResponse txn(TxnRequest request, boolean outermost) throws Refused {
    var response = TxnResponse.newBuilder().setSucceeded(succeeds(request));
    for (var op : branch(request)) {
      var answer = ResponseOp.newBuilder();
      switch (op.getRequestCase()) {
        case REQUEST_RANGE -> {
          var range = op.getRequestRange();
          var state =
              range.getRevision() > 0 ? states.floorEntry(range.getRevision()).getValue() : next;
          answer.setResponseRange(range(range, state).toBuilder().setHeader(header()));
        }
        case REQUEST_PUT -> answer.setResponsePut(put(op.getRequestPut(), true));
        case REQUEST_DELETE_RANGE ->
            answer.setResponseDeleteRange(delete(op.getRequestDeleteRange(), true));
        case REQUEST_TXN -> answer.setResponseTxn(txn(op.getRequestTxn(), false));
        default -> throw new AssertionError("not drawn");
      }
      response.addResponses(answer);
    }
    if (!outermost) {
      response.setHeader(ResponseHeader.getDefaultInstance());
    }
    return response.build();
  }
}
