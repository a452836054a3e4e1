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

  /// Past what there is room for a caller is told so at once; those before him lose nothing.
  @Test
  void tooManyAtATimeAreRefused() {
    int taken = submitUntilRefused("one", 200_000);
    assertThat(taken).isGreaterThanOrEqualTo(100_000);
    assertThat(proposals.pending()).isEqualTo(taken);

    proposals.applied(sent.getFirst(), List.of("1"));
    proposals.turn(0);
    submit("later");
    assertThat(answers).containsExactly("one: TOO_MANY_REQUESTS", "one: 1");
  }

  @Test
  void tooManyBytesAtATimeAreRefused() {
    int taken = submitUntilRefused("x".repeat(1 << 20), 1_000);
    assertThat(taken).isBetween(64, 128);
    assertThat(proposals.pending()).isEqualTo(taken);
  }

  /// @return how many were taken
  private int submitUntilRefused(String command, int most) {
    int taken = 0;
    while (true) {
      submit(command);
      if (!answers.isEmpty()) {
        assertThat(answers).containsExactly(command + ": TOO_MANY_REQUESTS");
        return taken;
      }
      assertThat(taken).isLessThan(most);
      taken++;
    }
  }
}
