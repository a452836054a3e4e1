package io.quorate.simulation;

import static io.quorate.simulation.Scenario.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.api.MoveLeaderRequest;
import io.quorate.consensus.Protocol;
import io.quorate.consensus.wire.Bytes;
import io.quorate.node.Rpc;
import io.quorate.store.Outcome;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

@ParameterizedClass
@MethodSource("io.quorate.simulation.Scenario#protocols")
class MoveLeaderTest {
  private final Scenario scenario;
  private final World<Outcome> world;
  private final List<String> answers = new ArrayList<>();

  MoveLeaderTest(Protocol protocol) {
    scenario = Scenario.ofThree(protocol);
    world = scenario.world;
  }

  private void move(SimulatedHost<Outcome> leader, SimulatedHost<Outcome> to) {
    var request = MoveLeaderRequest.newBuilder().setTargetID(to.id()).build();
    scenario.call(
        leader,
        "etcdserverpb.Maintenance/MoveLeader",
        request,
        new Rpc.Reply() {
          @Override
          public void done(Bytes response) {
            answers.add("moved");
          }

          @Override
          public void failed(int code, String text) {
            answers.add(code + " " + text);
          }
        });
  }

  @Test
  void theTargetTakesOver() {
    scenario.begin();
    var leader = scenario.leader();
    var target = scenario.follower();
    move(leader, target);
    world.run(5 * SECOND);
    assertThat(answers).containsExactly("moved");
    assertThat(world.leader()).isSameAs(target);
  }

  /// etcd-M17.
  @Test
  void aTargetThatCannotBeReachedDoesNotKeepTheCallerWaiting() {
    scenario.begin();
    var leader = scenario.leader();
    var target = scenario.follower();
    world.network().cut(leader.id(), target.id());
    move(leader, target);
    world.run(5 * SECOND);
    assertThat(answers)
        .containsExactly("2 etcdserver: request timed out, leader transfer took too long");
  }
}
