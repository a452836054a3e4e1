package io.quorate.simulation;

import static io.quorate.simulation.Scenario.MILLISECOND;
import static io.quorate.simulation.Scenario.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import io.quorate.api.PutRequest;
import io.quorate.api.RangeRequest;
import io.quorate.api.RangeResponse;
import io.quorate.consensus.Protocol;
import io.quorate.consensus.wire.Bytes;
import io.quorate.node.Rpc;
import io.quorate.simulation.SimulatedDisk.Loss;
import io.quorate.store.Outcome;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/// What went wrong in other systems, by the ids of docs/reliability.md, on whole nodes.
@ParameterizedClass
@MethodSource("io.quorate.simulation.Scenario#protocols")
class RegressionTest {
  private final Scenario scenario;
  private final World<Outcome> world;
  private final List<String> answers = new ArrayList<>();
  private final List<Long> versions = new ArrayList<>();

  RegressionTest(Protocol protocol) {
    scenario = Scenario.ofThree(protocol);
    world = scenario.world;
  }

  private void call(SimulatedHost<Outcome> host, String method, MessageLite request) {
    if (!host.isUp()) {
      answers.add("down");
      return;
    }
    scenario.call(
        host,
        "etcdserverpb.KV/" + method,
        request,
        new Rpc.Reply() {
          @Override
          public void done(Bytes response) {
            answers.add(method.equals("Put") ? "ok" : value(response));
          }

          @Override
          public void failed(int code, String text) {
            answers.add(text);
          }
        });
  }

  private String value(Bytes response) {
    try {
      var found = RangeResponse.parseFrom(response.asByteBuffer());
      if (found.getKvsCount() == 0) {
        return "nothing";
      }
      versions.add(found.getKvs(0).getVersion());
      return found.getKvs(0).getValue().toStringUtf8();
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
    scenario.begin();
    var follower = scenario.follower();
    for (int i = 1; i <= 50; i++) {
      put(scenario.leader(), "v" + i);
      world.run(10 * MILLISECOND);
    }
    follower.crash(Loss.EVERYTHING);
    put(scenario.leader(), "last");
    world.run(100 * MILLISECOND);
    answers.clear();

    // The leader names the index long before the entry is durable here.
    follower.speed(new SimulatedHost.Speed(300 * MILLISECOND, MILLISECOND, 0));
    follower.start();
    get(follower);
    world.run(5 * SECOND);
    assertThat(answers).containsExactly("last");
  }

  /// SR29: Jepsen's Redis-Raft: everything was gone after any failover.
  @Test
  void whenAllHaveLostPowerAllThatWasAcknowledgedIsThere() {
    scenario.begin();
    put(scenario.leader(), "kept");
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

  /// SR36: FoundationDB's `commit_unknown_result`. The node that took a call is cut off, mostly
  /// before it hears how the call ended; the client asks again elsewhere, and the node proposes its
  /// batch again as soon as it can.
  @Test
  void aCallWithoutAnAnswerThatIsAskedAgainElsewhereTakesEffectOnceEach() {
    scenario.begin();
    var origin = scenario.follower();
    int rounds = 12;
    for (int round = 0; round < rounds; round++) {
      put(origin, "asked");
      world.run(round * MILLISECOND / 4);
      cutOff(origin, true);
      world.run(3 * SECOND);
      put(scenario.leader(), "asked again");
      world.run(SECOND);
      cutOff(origin, false);
      world.run(3 * SECOND);
    }
    assertThat(answers).hasSize(2 * rounds).containsOnly("ok");

    world.hosts().forEach(this::get);
    world.run(SECOND);
    assertThat(versions).containsExactly(2L * rounds, 2L * rounds, 2L * rounds);
  }

  private void cutOff(SimulatedHost<Outcome> host, boolean cut) {
    for (var other : world.hosts()) {
      world.network().cut(host.id(), other.id(), cut);
      world.network().cut(other.id(), host.id(), cut);
    }
  }

  /// SR35: a failed fsync is never retried as if nothing had happened.
  @Test
  void aNodeWhoseDiskFailsOnceEndsAndComesBackWhole() {
    scenario.begin();
    for (int operation = 0; operation < 12; operation++) {
      var victim = scenario.leader();
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
