package io.quorate.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.consensus.raft.Raft;
import org.junit.jupiter.api.Test;

class RaftWorldTest {
  private static final long MILLISECOND = 1_000_000;
  private static final long SECOND = 1_000 * MILLISECOND;

  @Test
  void threeNodesThatMeetForTheFirstTimeElectALeader() {
    var machines = new Ledger.Machines();
    var world = new World<>(1, World.Settings.of(3, Raft.PROTOCOL), machines, w -> new RaftWatch());
    world.startAll();
    world.run(3 * SECOND);
    System.out.println(world.log());
    assertThat(world.leader()).isNotNull();
  }
}
