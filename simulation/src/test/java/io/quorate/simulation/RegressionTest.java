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
import io.quorate.consensus.ReplicaId;
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
  private static final SimulatedHost.Speed SLOW =
      new SimulatedHost.Speed(300 * MILLISECOND, MILLISECOND, 0);

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
    follower.begin(SLOW);
    follower.start();
    get(follower);
    world.run(5 * SECOND);
    assertThat(answers).containsExactly("last");
  }

  private void untilAnswered() {
    scenario.until(() -> !answers.isEmpty(), 10 * SECOND);
    assertThat(answers).containsExactly("ok");
    answers.clear();
  }

  /// What a get finds at each node.
  private void allHave(String value) {
    answers.clear();
    world.hosts().forEach(this::get);
    world.run(SECOND);
    assertThat(answers).hasSize(3).containsOnly(value);
    answers.clear();
  }

  /// SR11: a voter crashes as soon as the one that it voted for leads, and the leader of before,
  /// who has heard nothing of all that, may go on with it. Whatever that acknowledges, the other
  /// must not take back when it is there again.
  @Test
  void aVoteOutlivesACrashOfTheVoter() {
    scenario.begin();
    var before = scenario.leader();
    var next = scenario.followers().getFirst();
    var voter = scenario.followers().getLast();
    var slow = voter.begin(SLOW);
    world.network().cut(next.id(), before.id());
    before.onLoop(() -> Scenario.nodeOf(before).group().transfer(new ReplicaId(next.id(), 1)));
    scenario.until(() -> Scenario.leads(next), 10 * SECOND);
    assertThat(Scenario.leads(next)).isTrue();

    voter.crash(Loss.EVERYTHING);
    scenario.cutOff(next);
    slow.run();
    voter.start();
    put(before, "kept");
    untilAnswered();

    before.crash(Loss.EVERYTHING);
    scenario.reconnect(next);
    world.run(5 * SECOND);
    before.start();
    world.run(5 * SECOND);
    allHave("kept");
  }

  /// SR13: one follower is cut off, so the leader and the other decide; the leader loses what its
  /// disk has not forced, and the other does not come back.
  @Test
  void aLeaderCountsItselfOnlyForWhatItsOwnDiskHasForced() {
    scenario.begin();
    var leader = scenario.leader();
    var other = scenario.followers().getFirst();
    var away = scenario.followers().getLast();
    scenario.cutOff(away);
    var slow = leader.begin(SLOW);
    put(other, "kept");
    untilAnswered();

    other.crash(Loss.EVERYTHING);
    leader.crash(Loss.EVERYTHING);
    slow.run();
    leader.start();
    scenario.reconnect(away);
    world.run(5 * SECOND);
    get(away);
    world.run(SECOND);
    assertThat(answers).containsExactly("kept");
  }

  /// SR29: Jepsen's Redis-Raft: everything was gone after any failover. All lose power as soon as a
  /// write is acknowledged, or once it has reached the storage of some, and those come back first
  /// whose disks were behind.
  @Test
  void whenAllHaveLostPowerAllThatWasAcknowledgedIsThere() {
    scenario.begin();
    for (int round = 0; round < 5; round++) {
      var leader = scenario.leader();
      var others = scenario.followers();
      var slow = others.stream().map(host -> host.begin(SLOW)).toList();
      put(leader, "kept " + round);
      untilAnswered();
      world.run(5 * MILLISECOND * round);

      for (int again = 0; again < 2; again++) {
        world.hosts().forEach(host -> host.crash(Loss.EVERYTHING));
        slow.forEach(Runnable::run);
        others.forEach(SimulatedHost::start);
        world.run(3 * SECOND);
        leader.start();
        world.run(3 * SECOND);
        allHave("kept " + round);
      }
    }
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
      scenario.cutOff(origin);
      world.run(3 * SECOND);
      put(scenario.leader(), "asked again");
      world.run(SECOND);
      scenario.reconnect(origin);
      world.run(3 * SECOND);
    }
    assertThat(answers).hasSize(2 * rounds).containsOnly("ok");

    world.hosts().forEach(this::get);
    world.run(SECOND);
    assertThat(versions).containsExactly(2L * rounds, 2L * rounds, 2L * rounds);
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
    get(world.host(0));
    world.run(SECOND);
    var found = answers.getFirst();
    allHave(found);
  }
}
