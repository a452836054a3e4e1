package io.quorate.simulation;

import static io.quorate.simulation.watch.ViolationException.check;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import io.quorate.api.LeaseGrantRequest;
import io.quorate.api.LeaseKeepAliveRequest;
import io.quorate.api.LeaseKeepAliveResponse;
import io.quorate.api.LeaseRevokeRequest;
import io.quorate.api.PutRequest;
import io.quorate.consensus.wire.Bytes;
import io.quorate.node.Node;
import io.quorate.node.Rpc;
import io.quorate.node.Rpcs;
import io.quorate.node.StreamRpc;
import io.quorate.simulation.history.KvHistory;
import io.quorate.store.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.Consumer;

/// Clients that hold leases: they grant, renew and revoke them at any node, attach keys to them, or
/// let them go, and know at each moment what they were promised.
///
/// A lease lives for its TTL, counted from when its grant or its last answered renewal was *sent*,
/// by the clock of whichever node is the lessor (L6); once it was seen gone it never comes back
/// (L7).
final class LeaseClients {
  private static final long SECOND = 1_000_000_000;

  /// Leases that are held at a time.
  private static final int HELD = 6;

  private static final String KEY = "x";

  /// What the client knows of one lease.
  private static final class Held {
    final long id;
    final long ttl;

    /// What each host's clock showed when what was answered last had been sent.
    Map<Long, Long> since;

    /// When that was, in true time.
    long sent;

    boolean mayBeRevoked;
    boolean isGone;

    Held(long id, long ttl, long sent, Map<Long, Long> since) {
      this.id = id;
      this.ttl = ttl;
      this.sent = sent;
      this.since = since;
    }
  }

  private final World<Outcome> world;
  private final BiFunction<SimulatedHost<Outcome>, Node<Outcome>, Rpcs> services;
  private final Draw draw;
  private final KvHistory history;
  private final List<Held> held = new ArrayList<>();
  private long nextId = 1;

  /// @param services what clients can call on the present life of a node
  /// @param history is told of what may have changed the store, too
  LeaseClients(
      World<Outcome> world,
      BiFunction<SimulatedHost<Outcome>, Node<Outcome>, Rpcs> services,
      Draw draw,
      KvHistory history) {
    this.world = world;
    this.services = services;
    this.draw = draw;
    this.history = history;
  }

  /// Goes on from a time until another, with about so many nanoseconds in between.
  void begin(long gap, long from, long until) {
    world.timeline().repeat(from, until, () -> draw.delay(gap), this::act);
  }

  private void act() {
    var host = draw.pick(world.hosts());
    var node = host.node();
    if (node == null || node.waitsForWelcomes()) {
      return;
    }
    if (held.size() < HELD) {
      grant(host, node);
      return;
    }
    var lease = draw.pick(held);
    int choice = draw.below(100);
    if (choice < 15) {
      held.remove(lease); // nobody renews it any more
    } else if (choice < 20) {
      lease.mayBeRevoked = true;
      var request = LeaseRevokeRequest.newBuilder().setID(lease.id).build();
      call(host, node, "etcdserverpb.Lease/LeaseRevoke", request, answer -> revoked(lease));
    } else if (choice < 30) {
      var key = KEY + lease.id;
      // By this, and once more when the lease goes.
      history.mayBeWritten(key, 2, host.trueTime());
      var request =
          PutRequest.newBuilder().setKey(ByteString.copyFromUtf8(key)).setLease(lease.id).build();
      call(host, node, "etcdserverpb.KV/Put", request, answer -> {});
    } else {
      renew(host, node, lease);
    }
  }

  private void grant(SimulatedHost<Outcome> host, Node<Outcome> node) {
    var lease = new Held(nextId++, 2 + draw.below(3), host.trueTime(), clocks());
    var request = LeaseGrantRequest.newBuilder().setID(lease.id).setTTL(lease.ttl).build();
    call(
        host,
        node,
        "etcdserverpb.Lease/LeaseGrant",
        request,
        answer -> {
          if (held.size() < HELD) {
            held.add(lease);
          }
        });
  }

  private void revoked(Held lease) {
    lease.isGone = true;
    world.moments().saw("lease revoked");
  }

  private Map<Long, Long> clocks() {
    var clocks = new TreeMap<Long, Long>();
    for (var host : world.hosts()) {
      clocks.put(host.id(), host.clock().getAsLong());
    }
    return clocks;
  }

  private void call(
      SimulatedHost<Outcome> host,
      Node<Outcome> node,
      String method,
      MessageLite request,
      Consumer<Bytes> then) {
    host.onLoop(() -> {
      var rpc = services.apply(host, node).unary().get(method);
      if (rpc == null) {
        throw new IllegalStateException(method);
      }
      rpc.call(
          Rpc.Metadata.NONE,
          Bytes.of(request.toByteArray()),
          new Rpc.Reply() {
            @Override
            public void done(Bytes response) {
              then.accept(response);
            }

            @Override
            public void failed(int code, String text) {}
          });
    });
  }

  /// By a stream for just this renewal.
  private void renew(SimulatedHost<Outcome> host, Node<Outcome> node, Held lease) {
    host.onLoop(() -> {
      var stream = services.apply(host, node).streams().get("etcdserverpb.Lease/LeaseKeepAlive");
      if (stream == null) {
        throw new IllegalStateException("a node keeps no leases alive");
      }
      var renewal = new Renewal(host, lease);
      var requests = stream.open(Rpc.Metadata.NONE, renewal);
      var request = LeaseKeepAliveRequest.newBuilder().setID(lease.id).build();
      requests.request(Bytes.of(request.toByteArray()));
      requests.ended();
    });
  }

  private final class Renewal implements StreamRpc.Responses {
    private final SimulatedHost<Outcome> host;
    private final Held lease;
    private final long sent;
    private final Map<Long, Long> since = clocks();
    private final boolean wasGone;

    Renewal(SimulatedHost<Outcome> host, Held lease) {
      this.host = host;
      this.lease = lease;
      this.sent = host.trueTime();
      this.wasGone = lease.isGone;
    }

    @Override
    public void request() {}

    @Override
    public boolean isReady() {
      return true;
    }

    @Override
    public void send(Bytes response) {
      try {
        var answer = LeaseKeepAliveResponse.parseFrom(response.asByteBuffer());
        if (answer.getTTL() == 0) {
          gone();
        } else {
          check(!wasGone, "L7", "lease %d is renewed, and was seen gone before", lease.id);
          world.moments().saw("lease renewed");
          if (sent > lease.sent) {
            lease.sent = sent;
            lease.since = since;
          }
        }
      } catch (InvalidProtocolBufferException e) {
        throw new IllegalStateException(e);
      }
    }

    private void gone() {
      lease.isGone = true;
      held.remove(lease);
      if (lease.mayBeRevoked) {
        return;
      }
      world.moments().saw("lease seen expired");
      long most = 0;
      for (var each : world.hosts()) {
        long then = lease.since.getOrDefault(each.id(), Long.MIN_VALUE);
        most = Math.max(most, each.clock().getAsLong() - then);
      }
      check(
          most >= lease.ttl * SECOND,
          "L6",
          "lease %d of %d s is gone %d ms after its renewal was sent, as node %s is told",
          lease.id,
          lease.ttl,
          (host.trueTime() - lease.sent) / 1_000_000,
          host);
    }

    @Override
    public void done() {}

    @Override
    public void failed(int code, String text) {}
  }

  /// Long after the last renewal: nothing is left of any lease (L6).
  void verifyAllGone(KvMachines machines) {
    for (var host : world.hosts()) {
      if (!host.isLost()) {
        check(
            machines.of(host).leases().isEmpty(),
            "L6",
            "node %s still has leases %s",
            host,
            machines.of(host).leases().keySet());
      }
    }
  }
}
