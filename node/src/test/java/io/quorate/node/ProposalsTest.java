package io.quorate.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.consensus.BatchId;
import io.quorate.consensus.Leadership;
import io.quorate.consensus.Payload;
import io.quorate.consensus.ReplicaId;
import io.quorate.consensus.wire.Bytes;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProposalsTest {
  private static final ReplicaId SELF = new ReplicaId(2, 1);

  private final Leader leader = new Leader(1_000_000_000);
  private final List<BatchId> sent = new ArrayList<>();
  private final List<String> answers = new ArrayList<>();
  private final Proposals<String> proposals =
      new Proposals<>(
          SELF,
          3,
          7_000_000_000L,
          leader,
          new Proposals.Route() {
            @Override
            public void toLeader(ReplicaId to, Payload.Batch batch) {
              sent.add(batch.id());
            }

            @Override
            public long roundTrip(ReplicaId to) {
              return way;
            }
          });

  private long way;

  ProposalsTest() {
    leader.changed(0, new Leadership(new ReplicaId(1, 1), 1));
  }

  private void submit(String command) {
    proposals.submit(
        0,
        Bytes.utf8(command),
        new Call<>() {
          @Override
          public void done(String result) {
            answers.add(command + ": " + result);
          }

          @Override
          public void unanswered(Unanswered why) {
            answers.add(command + ": " + why);
          }
        });
    proposals.turn(0);
  }

  @Test
  void whatComesWhileABatchIsUnderWayWaitsForTheNextOne() {
    submit("a");
    submit("b");
    submit("c");
    assertThat(sent).hasSize(1);
    proposals.applied(sent.getFirst(), List.of("1"));
    proposals.turn(0);
    assertThat(sent).hasSize(2);
    proposals.applied(sent.getLast(), List.of("2", "3"));
    assertThat(answers).containsExactly("a: 1", "b: 2", "c: 3");
  }

  @Test
  void onALongWaySmallBatchesFollowEachOther() {
    way = 32_000_000;
    submit("a");
    submit("b");
    assertThat(sent).hasSize(1);
    assertThat(proposals.nextDeadline()).isEqualTo(1_000_000);

    proposals.turn(1_000_000);
    assertThat(sent).hasSize(2);
  }

  @Test
  void anotherLeaderIsSentTheSameBatchAgain() {
    submit("a");
    leader.changed(1, new Leadership(SELF, 2));
    proposals.leaderChanged(1);
    proposals.turn(1);
    assertThat(sent).containsExactly(sent.getFirst(), sent.getFirst());
  }

  @Test
  void aJumpEndsTheBatchesThatTookEffectUnseen() {
    submit("a");
    submit("b");
    proposals.jumped(id -> true);
    assertThat(answers).isEmpty();

    proposals.jumped(id -> !id.equals(sent.getFirst()));
    assertThat(answers).containsExactly("a: UNKNOWN");
    proposals.turn(0);
    proposals.applied(sent.getLast(), List.of("2"));
    assertThat(answers).containsExactly("a: UNKNOWN", "b: 2");
  }
}
