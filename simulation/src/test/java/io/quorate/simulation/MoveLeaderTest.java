package io.quorate.simulation;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.api.MoveLeaderRequest;
import io.quorate.consensus.raft.Raft;
import io.quorate.consensus.wire.Bytes;
import io.quorate.node.Rpc;
import io.quorate.store.Outcome;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class MoveLeaderTest {
  private static final long SECOND = 1_000_000_000;

  private final KvMachines machines = new KvMachines();
  private final World<Outcome> world =
      new World<>(
          1, World.Settings.of(3, Raft.PROTOCOL), machines, w -> new RaftWatch(), Trace.NONE);
  private final List<String> answers = new ArrayList<>();

  private SimulatedHost<Outcome> begin() {
    world.startAll();
    world.run(2 * SECOND);
    return requireNonNull(world.leader());
  }

  private SimulatedHost<Outcome> otherThan(SimulatedHost<Outcome> leader) {
    return world.hosts().stream().filter(host -> host != leader).findFirst().orElseThrow();
  }

  private void move(SimulatedHost<Outcome> leader, SimulatedHost<Outcome> to) {
    var node = requireNonNull(leader.node());
    var rpc =
        requireNonNull(machines.services(leader, node).get("etcdserverpb.Maintenance/MoveLeader"));
    var request = MoveLeaderRequest.newBuilder().setTargetID(to.id()).build();
    leader.onLoop(() ->
        rpc.call(
            Rpc.Metadata.NONE,
            Bytes.of(request.toByteArray()),
            new Rpc.Reply() {
              @Override
              public void done(Bytes response) {
                answers.add("moved");
              }

              @Override
              public void failed(int code, String text) {
                answers.add(code + " " + text);
              }
            }));
  }

  @Test
  void theTargetTakesOver() {
    var leader = begin();
    var target = otherThan(leader);
    move(leader, target);
    world.run(5 * SECOND);
    assertThat(answers).containsExactly("moved");
    assertThat(world.leader()).isSameAs(target);
  }

  /// etcd-M17.
  @Test
  void aTargetThatCannotBeReachedDoesNotKeepTheCallerWaiting() {
    var leader = begin();
    var target = otherThan(leader);
    world.network().cut(leader.id(), target.id(), true);
    move(leader, target);
    world.run(5 * SECOND);
    assertThat(answers)
        .containsExactly("2 etcdserver: request timed out, leader transfer took too long");
  }
}
