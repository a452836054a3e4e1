package io.quorate.simulation;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import io.quorate.api.PutRequest;
import io.quorate.api.RangeRequest;
import io.quorate.api.RangeResponse;
import io.quorate.consensus.raft.Raft;
import io.quorate.consensus.wire.Bytes;
import io.quorate.node.Rpc;
import io.quorate.simulation.SimulatedDisk.Loss;
import io.quorate.store.Outcome;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What went wrong in other systems, by the ids of docs/reliability.md, on whole nodes.
class RegressionTest {
  private static final long MILLISECOND = 1_000_000;
  private static final long SECOND = 1_000 * MILLISECOND;

  private final KvMachines machines = new KvMachines();
  private final World<Outcome> world =
      new World<>(
          1, World.Settings.of(3, Raft.PROTOCOL), machines, made -> new RaftWatch(), Trace.NONE);
  private final List<String> answers = new ArrayList<>();

  private void begin() {
    world.startAll();
    world.run(2 * SECOND);
  }

  private SimulatedHost<Outcome> leader() {
    return requireNonNull(world.leader());
  }

  private SimulatedHost<Outcome> follower() {
    var leader = leader();
    return world.hosts().stream().filter(host -> host != leader).findFirst().orElseThrow();
  }

  private void call(SimulatedHost<Outcome> host, String method, MessageLite request) {
    var node = host.node();
    if (node == null) {
      answers.add("down");
      return;
    }
    var rpc = requireNonNull(machines.services(host, node).get("etcdserverpb.KV/" + method));
    host.onLoop(() ->
        rpc.call(
            Rpc.Metadata.NONE,
            Bytes.of(request.toByteArray()),
            new Rpc.Reply() {
              @Override
              public void done(Bytes response) {
                answers.add(method.equals("Put") ? "ok" : value(response));
              }

              @Override
              public void failed(int code, String text) {
                answers.add(text);
              }
            }));
  }

  private static String value(Bytes response) {
    try {
      var found = RangeResponse.parseFrom(response.asByteBuffer());
      return found.getKvsCount() == 0 ? "nothing" : found.getKvs(0).getValue().toStringUtf8();
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
  }

  private void put(SimulatedHost<Outcome> host, String value) {
    call(
        host,
        "Put",
        PutRequest.newBuilder()
            .setKey(ByteString.copyFromUtf8("k"))
            .setValue(ByteString.copyFromUtf8(value))
            .build());
  }

  private void get(SimulatedHost<Outcome> host) {
    call(host, "Range", RangeRequest.newBuilder().setKey(ByteString.copyFromUtf8("k")).build());
  }

  /// SR07: etcd 3879.
  @Test
  void aNodeThatHasJustStartedAnswersNoReadBeforeItHasAppliedWhatItNeeds() {
    begin();
    var follower = follower();
    for (int i = 1; i <= 50; i++) {
      put(leader(), "v" + i);
      world.run(10 * MILLISECOND);
    }
    follower.crash(Loss.EVERYTHING);
    put(leader(), "last");
    world.run(100 * MILLISECOND);
    answers.clear();

    follower.start();
    get(follower);
    world.run(5 * SECOND);
    assertThat(answers).containsExactly("last");
  }

  /// SR29: Jepsen's Redis-Raft: everything was gone after any failover.
  @Test
  void whenAllHaveLostPowerAllThatWasAcknowledgedIsThere() {
    begin();
    put(leader(), "kept");
    world.run(50 * MILLISECOND);
    assertThat(answers).containsExactly("ok");
    answers.clear();
    for (int i = 0; i < 5; i++) {
      world.hosts().forEach(host -> host.crash(Loss.EVERYTHING));
      world.hosts().forEach(SimulatedHost::start);
      world.run(4 * SECOND);
      get(world.host(i % 3));
      world.run(SECOND);
    }
    assertThat(answers).hasSize(5).containsOnly("kept");
  }

  /// SR35: a failed fsync is never retried as if nothing had happened.
  @Test
  void aNodeWhoseDiskFailsOnceEndsAndComesBackWhole() {
    begin();
    for (int operation = 0; operation < 12; operation++) {
      var victim = leader();
      victim.failAfter(operation);
      for (int i = 0; i < 5; i++) {
        put(world.host(i % 3), operation + "." + i);
        world.run(10 * MILLISECOND);
      }
      world.run(3 * SECOND);
      assertThat(victim.isUp()).isFalse();
      victim.start();
      world.run(2 * SECOND);
    }
    answers.clear();
    world.hosts().forEach(this::get);
    world.run(SECOND);
    assertThat(answers).hasSize(3).containsOnly(answers.getFirst());
  }
}
