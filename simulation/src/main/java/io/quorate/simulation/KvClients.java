package io.quorate.simulation;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import io.quorate.api.CompactionRequest;
import io.quorate.api.Compare;
import io.quorate.api.DeleteRangeRequest;
import io.quorate.api.DeleteRangeResponse;
import io.quorate.api.PutRequest;
import io.quorate.api.PutResponse;
import io.quorate.api.RangeRequest;
import io.quorate.api.RangeResponse;
import io.quorate.api.RequestOp;
import io.quorate.api.TxnRequest;
import io.quorate.api.TxnResponse;
import io.quorate.consensus.wire.Bytes;
import io.quorate.node.Node;
import io.quorate.node.Rpc;
import io.quorate.store.Outcome;
import java.util.Map;
import java.util.TreeMap;

/// Clients of a key-value world, on few keys, so that they contend: they put, get, delete, compare
/// and swap, and compact, through any node, and write down what they were told.
final class KvClients {
  private static final int UNAVAILABLE = 14;
  private static final int DEADLINE_EXCEEDED = 4;

  private final World<Outcome> world;
  private final KvMachines machines;
  private final Draw draw;
  private final KvHistory history;
  private final int keys;

  private record Open(Node<Outcome> node, Map<String, Rpc> services) {}

  /// By host. Lives are told apart by their nodes: an incarnation that a crash took before it was
  /// durable comes again.
  private final Map<Long, Open> open = new TreeMap<>();

  private int calls;
  private int nextValue;
  private long greatestRevision = 1;

  KvClients(World<Outcome> world, KvMachines machines, Draw draw, KvHistory history, int keys) {
    this.world = world;
    this.machines = machines;
    this.draw = draw;
    this.history = history;
    this.keys = keys;
  }

  /// Goes on asking from a time until another, with about so many nanoseconds in between.
  void begin(long gap, long from, long until) {
    if (from < until) {
      long next = from + draw.delay(gap);
      world
          .timeline()
          .at(
              next,
              () -> {
                act();
                begin(gap, next, until);
              });
    }
  }

  /// Calls that have neither been answered nor given up.
  int open() {
    return calls;
  }

  private void act() {
    var host = draw.pick(world.hosts());
    var node = host.node();
    if (node == null || node.waitsForWelcomes()) {
      return;
    }
    var key = "k" + draw.below(keys);
    int choice = draw.below(100);
    host.onLoop(() -> {
      if (choice < 40) {
        put(host, node, key);
      } else if (choice < 70) {
        get(host, node, key, choice < 60);
      } else if (choice < 80) {
        delete(host, node, key);
      } else if (choice < 98) {
        swap(host, node, key);
      } else {
        compact(host, node);
      }
    });
  }

  /// Takes an answer; parsing it cannot fail.
  private interface Answer {
    void done(Bytes response) throws InvalidProtocolBufferException;
  }

  private void call(
      SimulatedHost<Outcome> host,
      Node<Outcome> node,
      String method,
      MessageLite request,
      Answer answer,
      Runnable unknown) {
    var rpc = services(host, node).get("etcdserverpb.KV/" + method);
    if (rpc == null) {
      throw new IllegalStateException(method);
    }
    boolean[] over = new boolean[1];
    calls++;
    world.trace().line(() -> "node %s is asked to %s".formatted(host, method));
    // A node that goes down never answers.
    world
        .timeline()
        .in(
            20_000_000_000L,
            () -> {
              if (!over[0]) {
                over[0] = true;
                calls--;
                unknown.run();
              }
            });
    rpc.call(
        Rpc.Metadata.NONE,
        Bytes.of(request.toByteArray()),
        new Rpc.Reply() {
          @Override
          public void done(Bytes response) {
            if (over[0]) {
              return;
            }
            over[0] = true;
            calls--;
            world.trace().line(() -> "node %s has answered %s".formatted(host, method));
            try {
              answer.done(response);
            } catch (InvalidProtocolBufferException e) {
              throw new ViolationException("api", "no answer to " + method + ": " + e.getMessage());
            }
          }

          @Override
          public void failed(int code, String text) {
            if (!over[0]) {
              over[0] = true;
              calls--;
              world.trace().line(() -> "node %s has failed %s: %s".formatted(host, method, text));
              if (code == UNAVAILABLE || code == DEADLINE_EXCEEDED) {
                unknown.run();
              }
            }
          }
        });
  }

  private static ByteString bytes(String text) {
    return ByteString.copyFromUtf8(text);
  }

  /// Unique; now and then large, so that little of the log fits into a window.
  private String value() {
    return "v" + nextValue++ + "x".repeat(draw.chance(0.05) ? draw.below(5_000) : 0);
  }

  private void put(SimulatedHost<Outcome> host, Node<Outcome> node, String key) {
    var value = value();
    long call = host.trueTime();
    call(
        host,
        node,
        "Put",
        PutRequest.newBuilder().setKey(bytes(key)).setValue(bytes(value)).build(),
        response -> {
          long revision = PutResponse.parseFrom(response.asByteBuffer()).getHeader().getRevision();
          greatestRevision = Math.max(greatestRevision, revision);
          history.wrote(call, host.trueTime(), key, value, revision);
        },
        () -> history.mayHaveWritten(key, value));
  }

  private void get(
      SimulatedHost<Outcome> host, Node<Outcome> node, String key, boolean linearizable) {
    long call = host.trueTime();
    call(
        host,
        node,
        "Range",
        RangeRequest.newBuilder().setKey(bytes(key)).setSerializable(!linearizable).build(),
        response ->
            took(
                call,
                host.trueTime(),
                linearizable,
                key,
                RangeResponse.parseFrom(response.asByteBuffer())),
        () -> {});
  }

  private void took(long call, long end, boolean linearizable, String key, RangeResponse response) {
    long at = response.getHeader().getRevision();
    if (response.getKvsCount() == 0) {
      history.read(call, end, linearizable, key, at, 0, null);
    } else {
      var kv = response.getKvs(0);
      history.read(
          call, end, linearizable, key, at, kv.getModRevision(), kv.getValue().toStringUtf8());
    }
  }

  private void delete(SimulatedHost<Outcome> host, Node<Outcome> node, String key) {
    long call = host.trueTime();
    call(
        host,
        node,
        "DeleteRange",
        DeleteRangeRequest.newBuilder().setKey(bytes(key)).build(),
        response -> {
          var answer = DeleteRangeResponse.parseFrom(response.asByteBuffer());
          long revision = answer.getHeader().getRevision();
          if (answer.getDeleted() == 1) {
            history.wrote(call, host.trueTime(), key, null, revision);
          } else {
            history.read(call, host.trueTime(), true, key, revision, 0, null);
          }
        },
        history::mayHaveDeleted);
  }

  /// Puts a value if the key still is as a read found it.
  private void swap(SimulatedHost<Outcome> host, Node<Outcome> node, String key) {
    call(
        host,
        node,
        "Range",
        RangeRequest.newBuilder().setKey(bytes(key)).setSerializable(true).build(),
        response -> {
          var found = RangeResponse.parseFrom(response.asByteBuffer());
          long expected = found.getKvsCount() == 0 ? 0 : found.getKvs(0).getModRevision();
          swap(host, node, key, expected);
        },
        () -> {});
  }

  private void swap(SimulatedHost<Outcome> host, Node<Outcome> node, String key, long expected) {
    var value = value();
    long call = host.trueTime();
    call(
        host,
        node,
        "Txn",
        TxnRequest.newBuilder()
            .addCompare(
                Compare.newBuilder()
                    .setTarget(Compare.CompareTarget.MOD)
                    .setKey(bytes(key))
                    .setModRevision(expected))
            .addSuccess(
                RequestOp.newBuilder()
                    .setRequestPut(
                        PutRequest.newBuilder().setKey(bytes(key)).setValue(bytes(value))))
            .addFailure(
                RequestOp.newBuilder()
                    .setRequestRange(RangeRequest.newBuilder().setKey(bytes(key))))
            .build(),
        response -> {
          var answer = TxnResponse.parseFrom(response.asByteBuffer());
          long revision = answer.getHeader().getRevision();
          if (answer.getSucceeded()) {
            history.wrote(call, host.trueTime(), key, value, revision);
          } else {
            var found = answer.getResponses(0).getResponseRange();
            long mod = found.getKvsCount() == 0 ? 0 : found.getKvs(0).getModRevision();
            ViolationException.check(
                mod != expected, "C5", "a swap of %s failed, though it was of %d", key, mod);
            history.read(
                call,
                host.trueTime(),
                true,
                key,
                revision,
                mod,
                mod == 0 ? null : found.getKvs(0).getValue().toStringUtf8());
          }
        },
        () -> history.mayHaveWritten(key, value));
  }

  private void compact(SimulatedHost<Outcome> host, Node<Outcome> node) {
    long revision = Math.max(1, greatestRevision - draw.below(20));
    call(
        host,
        node,
        "Compact",
        CompactionRequest.newBuilder().setRevision(revision).setPhysical(draw.chance(0.3)).build(),
        response -> {},
        () -> {});
  }

  /// The services of every node that is up, so that each tells of itself.
  void openServices() {
    for (var host : world.hosts()) {
      var node = host.node();
      if (node != null) {
        services(host, node);
      }
    }
  }

  private Map<String, Rpc> services(SimulatedHost<Outcome> host, Node<Outcome> node) {
    var last = open.get(host.id());
    if (last == null || last.node != node) {
      last = new Open(node, machines.services(host, node));
      open.put(host.id(), last);
    }
    return last.services;
  }
}
