package io.quorate.simulation;

import com.google.protobuf.ByteString;
import io.quorate.api.PutRequest;
import io.quorate.consensus.Era;
import io.quorate.consensus.Protocol;
import io.quorate.consensus.Self;
import io.quorate.consensus.wire.Bytes;
import io.quorate.journal.Journal;
import io.quorate.node.Node;
import io.quorate.node.Rpc;
import io.quorate.node.Rpcs;
import io.quorate.store.Outcome;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;

/// A key-value cluster in virtual time with which an experiment does what it wants: the real code
/// of nodes with the limits of production, and no fault but those that the experiment causes. The
/// same seed and the same experiment come to the same.
///
/// Nodes are numbered from 0; times are nanoseconds since the cluster began.
public final class Testbed {
  /// What counts as silence of a leader, in every testbed.
  public static final long ELECTION_TIMEOUT = Self.Timing.DEFAULT.election();

  private static final long MILLISECOND = 1_000_000;
  private static final int SEGMENT = 1 << 18;
  private static final int HISTORY = 1 << 20;
  private static final long STEP = MILLISECOND / 10;

  /// What all nodes together have done.
  ///
  /// @param messages sent to other nodes
  /// @param bytes of the frames in which they travelled
  /// @param flushes forced writes to disks
  public record Traffic(long messages, long bytes, long flushes) {
    public Traffic since(Traffic earlier) {
      return new Traffic(
          messages - earlier.messages, bytes - earlier.bytes, flushes - earlier.flushes);
    }
  }

  /// Takes the outcome of a put.
  public interface Answer {
    /// @param done whether it took effect; if not, it may have, or may yet
    /// @param at when the node answered
    void answered(boolean done, long at);
  }

  private record Life(Node<Outcome> node, Rpcs services) {}

  private final KvMachines machines = KvMachines.ofProduction();
  private final World<Outcome> world;
  private final Tally tally;
  private final Map<Long, Life> lives = new TreeMap<>();

  /// A cluster whose nodes have not been started.
  public Testbed(long seed, int nodes, Protocol protocol) {
    tally = new Tally(protocol, this::now);
    world =
        new World<>(
            seed,
            new World.Settings(
                nodes,
                0,
                protocol,
                Era.Options.DEFAULT,
                Self.Timing.DEFAULT,
                Self.Limits.DEFAULT,
                new Journal.Options(SEGMENT),
                HISTORY),
            machines,
            tally,
            Trace.NONE);
  }

  /// From now on every way between nodes takes exactly so long, and disks mostly take so long to
  /// force a write; storage takes no time.
  public void steady(long oneWay, long flush) {
    world.network().begin(new SimulatedNetwork.Conditions(0, 0, 0, 0, 0));
    for (var from : world.hosts()) {
      for (var to : world.hosts()) {
        world.network().slow(from.id(), to.id(), oneWay);
      }
      from.begin(new SimulatedHost.Speed(flush, 0, 1));
    }
  }

  /// Starts all nodes.
  public void start() {
    world.startAll();
  }

  public int nodes() {
    return world.hosts().size();
  }

  public long now() {
    return world.timeline().now();
  }

  public void run(long nanos) {
    world.run(nanos);
  }

  /// Lets time go on until something is so.
  ///
  /// @return whether it became so within that time
  public boolean runUntil(BooleanSupplier condition, long atMost) {
    long end = now() + atMost;
    while (!condition.getAsBoolean()) {
      if (now() >= end) {
        return false;
      }
      world.run(Math.min(STEP, end - now()));
    }
    return true;
  }

  /// Does something at a time to come.
  public void at(long time, Runnable action) {
    world.timeline().at(time, action);
  }

  /// Who leads, as it says itself; -1 if none or more than one does.
  public int leader() {
    var leader = world.leader();
    return leader == null ? -1 : world.hosts().indexOf(leader);
  }

  /// Ends a node as if its process were killed: what it forced stays, and its links break.
  public void kill(int node) {
    world.host(node).crash(SimulatedDisk.Loss.NOTHING);
  }

  /// Opens or cuts the way from one node to another; the way back stays as it is.
  public void way(int from, int to, boolean open) {
    if (open) {
      world.network().mend(world.host(from).id(), world.host(to).id());
    } else {
      world.network().cut(world.host(from).id(), world.host(to).id());
    }
  }

  /// Puts a value by a client that sits at the node, with no network between the two. A node that
  /// is down never answers.
  ///
  /// @param bytes the size of the value
  public void put(int node, String key, int bytes, Answer answer) {
    var host = world.host(node);
    var running = host.node();
    if (running == null) {
      return;
    }
    host.onLoop(() -> {
      var put = services(host, running).unary().get("etcdserverpb.KV/Put");
      if (put == null) {
        throw new IllegalStateException("a node serves no puts");
      }
      var request =
          PutRequest.newBuilder()
              .setKey(ByteString.copyFromUtf8(key))
              .setValue(ByteString.copyFrom(new byte[bytes]))
              .build();
      put.call(
          Rpc.Metadata.NONE,
          Bytes.of(request.toByteArray()),
          new Rpc.Reply() {
            @Override
            public void done(Bytes response) {
              answer.answered(true, host.trueTime());
            }

            @Override
            public void failed(int code, String text) {
              answer.answered(false, host.trueTime());
            }
          });
    });
  }

  private Rpcs services(SimulatedHost<Outcome> host, Node<Outcome> node) {
    var life = lives.get(host.id());
    if (life == null || life.node != node) {
      life = new Life(node, machines.services(host, node));
      lives.put(host.id(), life);
    }
    return life.services;
  }

  // What it came to

  public Traffic traffic() {
    return tally.traffic();
  }

  /// How many leaderships there were so far.
  public int leaderships() {
    return tally.leaderships();
  }

  /// How many terms any node has taken for the present one so far.
  public int terms() {
    return tally.terms();
  }

  /// From now on until [#expectElection()] the protocol says all that it says while a leader leads.
  public void watchPeace() {
    tally.learnUsualKinds();
  }

  /// From now on it is measured how long an election takes.
  public void expectElection() {
    tally.expectNewKinds();
  }

  /// Nanoseconds from the first message that no leader's peace has until a leader decides
  /// something; -1 if that has not come about.
  public long electionTook() {
    return tally.ledDecisionAt() == Tally.NEVER ? -1 : tally.ledDecisionAt() - tally.newKindAt();
  }
}
