package io.quorate.consensus.paxos;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.consensus.ReplicaId;
import java.util.List;
import org.junit.jupiter.api.Test;

/// When a leader takes what it sent for lost.
class ProgressTest {
  private static final long PATIENCE = 200;

  private final Progress peer = new Progress(new ReplicaId(2, 1), 1, 0);

  private void accepts(long now, long first, long last) {
    peer.lastHeard = now;
    peer.accepted(now, List.of(new Slots(first, last)), 0);
  }

  @Test
  void whatIsAcceptedInTimeIsNotLost() {
    peer.sent(0, new Slots(1, 3), 30);
    accepts(100, 1, 3);
    assertThat(peer.isStuck(500, PATIENCE)).isFalse();
    assertThat(peer.hasRoom(1)).isTrue();
  }

  @Test
  void whatIsNotAcceptedForAWhileIsLostUnlessNothingIsHeard() {
    peer.sent(0, new Slots(1, 1), 10);
    assertThat(peer.isStuck(200, PATIENCE)).isFalse();
    peer.lastHeard = 150;
    assertThat(peer.isStuck(199, PATIENCE)).isFalse();
    assertThat(peer.isStuck(200, PATIENCE)).isTrue();
  }

  /// However much of what was sent later is accepted meanwhile.
  @Test
  void whatIsOvertakenIsLostAfterAWhile() {
    peer.sent(0, new Slots(1, 1), 10);
    for (int slot = 2; slot <= 30; slot++) {
      peer.sent(slot * 10L, new Slots(slot, slot), 10);
      accepts(slot * 10L + 5, slot, slot);
      assertThat(peer.isStuck(slot * 10L + 5, PATIENCE)).isEqualTo(slot * 10L + 5 >= PATIENCE);
    }
  }

  /// An acceptor that lacks room for the first slot of a message may accept the others.
  @Test
  void aMessageIsAcceptedOnceAllItsSlotsAre() {
    peer.sent(0, new Slots(1, 3), 30);
    accepts(100, 2, 3);
    assertThat(peer.hasRoom(30)).isFalse();
    peer.lastHeard = 250;
    assertThat(peer.isStuck(250, PATIENCE)).isTrue();
    peer.restart(250, 1);
    assertThat(peer.lacks(1)).isTrue();
    assertThat(peer.lacks(2)).isFalse();
  }
}
