package io.quorate.consensus.zab;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.consensus.Effects;
import io.quorate.consensus.Entry;
import io.quorate.consensus.Input;
import io.quorate.consensus.JournalRecord;
import io.quorate.consensus.Leadership;
import io.quorate.consensus.Message;
import io.quorate.consensus.Payload;
import io.quorate.consensus.ReadId;
import io.quorate.consensus.Refusal;
import io.quorate.consensus.ReplicaId;
import io.quorate.consensus.script.Scene;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What a leader is proposed in the step in which it stops to lead was put nowhere.
class UnsaidTest {
  private static final class Refused implements Effects {
    final List<Payload> refused = new ArrayList<>();
    final List<JournalRecord> journaled = new ArrayList<>();

    @Override
    public void journal(JournalRecord record) {
      journaled.add(record);
    }

    @Override
    public void send(ReplicaId to, Message.Notice message) {}

    @Override
    public void sendDurably(ReplicaId to, Message message) {}

    @Override
    public void decided(List<Entry> next) {}

    @Override
    public void refused(Payload payload, Refusal why) {
      assertThat(why).isEqualTo(Refusal.NOT_LEADER);
      refused.add(payload);
    }

    @Override
    public void readReady(ReadId id, long index) {}

    @Override
    public void readLost(ReadId id) {}

    @Override
    public void behind(ReplicaId hint, long atLeast) {}

    @Override
    public void leadership(Leadership now) {}
  }

  @Test
  void aLeaderThatStopsRefusesWhatItHasNotJournaled() {
    var scene = new Scene(new ZabDialect());
    for (var command : List.of("members 3", "first-leader 3 1", "start 1 2 3", "deliver")) {
      scene.run(command);
    }
    scene.run("propose 3 a");
    var leader = scene.machine(3);
    var late = Scene.batch(7, "late");
    var effects = new Refused();
    leader.step(
        0,
        List.of(
            new Input.Propose(late),
            new Input.Received(Scene.id(1), new ZabMessage.CEpoch(new Link(1, 2), 9))),
        effects);
    assertThat(leader.status().role()).isEqualTo("looking");
    assertThat(leader.status().last()).isEqualTo(1);
    assertThat(effects.refused).containsExactly(late);
    assertThat(effects.journaled).isEmpty();
  }
}
