package io.quorate.simulation;

import static io.quorate.simulation.Scenario.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.quorate.api.PutRequest;
import io.quorate.consensus.raft.Raft;
import io.quorate.consensus.wire.Bytes;
import io.quorate.node.Rpc;
import io.quorate.node.etcd.AutoCompactor;
import io.quorate.node.etcd.AutoCompactor.Retention;
import io.quorate.store.Outcome;
import org.junit.jupiter.api.Test;

/// etcd-F13.
class AutoCompactionTest {
  private static final Rpc.Reply NOBODY_WAITS =
      new Rpc.Reply() {
        @Override
        public void done(Bytes response) {}

        @Override
        public void failed(int code, String text) {}
      };

  private final Scenario scenario = Scenario.ofThree(Raft.PROTOCOL);
  private final World<Outcome> world = scenario.world;

  private void begin(Retention retention) {
    scenario.begin();
    for (var host : world.hosts()) {
      host.onLoop(() -> new AutoCompactor(Scenario.nodeOf(host), scenario.store(host), retention));
    }
    world.run(SECOND / 2);
  }

  /// Writes once in a second.
  private void write(int seconds) {
    var put = PutRequest.newBuilder().setKey(ByteString.copyFromUtf8("a")).build();
    for (int i = 0; i < seconds; i++) {
      scenario.call(scenario.leader(), "etcdserverpb.KV/Put", put, NOBODY_WAITS);
      world.run(SECOND);
    }
  }

  private long revision() {
    return scenario.store(scenario.leader()).revision();
  }

  private long compacted() {
    return scenario.store(scenario.follower()).compacted();
  }

  @Test
  void whatIsOlderThanThePeriodGoes() {
    begin(new Retention.Time(100 * SECOND));
    write(99);
    assertThat(compacted()).as("within the first period").isEqualTo(-1);
    write(50);
    long first = compacted();
    assertThat(first).isBetween(1L, revision() - 100);
    write(60);
    assertThat(compacted()).as("once in a period").isBetween(first + 90, revision() - 100);
  }

  @Test
  void aNewLeaderGoesOn() {
    begin(new Retention.Time(100 * SECOND));
    write(150);
    long first = compacted();
    scenario.leader().crash(SimulatedDisk.Loss.NOTHING);
    world.run(10 * SECOND);
    write(110);
    assertThat(scenario.store(scenario.leader()).compacted())
        .isBetween(first + 80, revision() - 100);
  }

  @Test
  void whereNothingIsWrittenNothingIsCompacted() {
    begin(new Retention.Time(10 * SECOND));
    world.run(60 * SECOND);
    long applied = Scenario.nodeOf(scenario.leader()).group().replica().applied();
    world.run(60 * SECOND);
    assertThat(Scenario.nodeOf(scenario.leader()).group().replica().applied()).isEqualTo(applied);
  }

  @Test
  void soManyRevisionsStay() {
    begin(new Retention.Revisions(30));
    write(60);
    assertThat(compacted()).isEqualTo(-1);
    world.run(241 * SECOND);
    assertThat(compacted()).isEqualTo(revision() - 30);
    write(20);
    assertThat(compacted()).as("each five minutes").isEqualTo(revision() - 50);
    world.run(300 * SECOND);
    assertThat(compacted()).isEqualTo(revision() - 30);
  }
}
