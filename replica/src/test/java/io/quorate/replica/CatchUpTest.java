package io.quorate.replica;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.consensus.Entry;
import io.quorate.consensus.Payload;
import io.quorate.consensus.Point;
import io.quorate.consensus.ReplicaId;
import io.quorate.consensus.wire.Bytes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class CatchUpTest {
  private static final long PATIENCE = 1_000;
  private static final ReplicaId FIRST = new ReplicaId(1, 1);
  private static final ReplicaId SECOND = new ReplicaId(2, 1);
  private static final ReplicaId THIRD = new ReplicaId(3, 1);

  private final List<String> asked = new ArrayList<>();
  private final List<String> done = new ArrayList<>();
  private final CatchUp catchUp =
      new CatchUp(
          new Target(),
          (task, then) -> {
            task.run();
            then.run();
          },
          List.of(FIRST, SECOND),
          () -> this.now,
          PATIENCE);

  private long now;
  private long decided;

  private final class Target implements CatchUp.Target {
    @Override
    public void send(ReplicaId to, ReplicaMessage message) {
      asked.add(
          switch (message) {
            case ReplicaMessage.Pull(long request, long from) ->
                "%d: entries from %d, request %d".formatted(to.node(), from, request);
            case ReplicaMessage.PullPiece(long image, long number) ->
                "%d: piece %d of image %d".formatted(to.node(), number, image);
            default -> throw new AssertionError(message);
          });
    }

    @Override
    public long decided() {
      return decided;
    }

    @Override
    public void learnt(List<Entry> entries) {
      decided = entries.getLast().index();
    }

    @Override
    public StateMachine.Installation begin(ReplicaMessage.Offer offer) {
      done.add("begins");
      return new Installation();
    }

    @Override
    public void installed(StateMachine.Installation installation, StateMachine.Durable state) {
      decided = state.applied().index();
      done.add("installed");
      catchUp.switched();
    }
  }

  private final class Installation implements StateMachine.Installation {
    @Override
    public void add(Bytes piece) {
      done.add("adds");
    }

    @Override
    public StateMachine.Durable finish() {
      return new StateMachine.Durable(new Point(9, 1), Bytes.EMPTY);
    }

    @Override
    public String directory() {
      return "2";
    }

    @Override
    public void abandon() {
      done.add("abandons");
    }
  }

  private List<String> asked() {
    var since = List.copyOf(asked);
    asked.clear();
    return since;
  }

  private void waitInVain() {
    now = catchUp.nextDeadline();
    catchUp.tick(now);
  }

  private void offered() {
    catchUp.behind(FIRST, 9);
    catchUp.offered(new ReplicaMessage.Offer(1, 7, 1, new Point(9, 1)));
    asked();
  }

  @Test
  void entriesAreAskedForUntilNothingIsMissing() {
    catchUp.behind(SECOND, 2);
    assertThat(asked()).containsExactly("2: entries from 1, request 1");
    catchUp.pulled(new ReplicaMessage.Pulled(1, 2, List.of(new Entry(1, 1, new Payload.NoOp()))));
    assertThat(asked()).containsExactly("2: entries from 2, request 2");
    catchUp.pulled(new ReplicaMessage.Pulled(2, 2, List.of(new Entry(2, 1, new Payload.NoOp()))));
    assertThat(asked()).isEmpty();
    assertThat(catchUp.isIdle()).isTrue();
  }

  @Test
  void aQuestionWithoutAnAnswerIsAskedElsewhere() {
    catchUp.behind(FIRST, 2);
    waitInVain();
    assertThat(asked())
        .containsExactly("1: entries from 1, request 1", "2: entries from 1, request 2");
  }

  @Test
  void aLatePieceIsAskedForAgainAndNothingBeginsAnew() {
    offered();
    catchUp.piece(new ReplicaMessage.Piece(7, 0, false, Bytes.utf8("x")));
    long before = catchUp.nextDeadline() - now;
    waitInVain();
    waitInVain();
    assertThat(asked())
        .containsExactly("1: piece 1 of image 7", "1: piece 1 of image 7", "1: piece 1 of image 7");
    assertThat(catchUp.nextDeadline() - now).isGreaterThan(before);

    catchUp.piece(new ReplicaMessage.Piece(7, 1, true, Bytes.EMPTY));
    assertThat(done).containsExactly("begins", "adds", "installed");
    assertThat(catchUp.isIdle()).isTrue();
  }

  @Test
  void aSourceThatStaysSilentIsGivenUpInTheEnd() {
    offered();
    for (int i = 0; i < 5; i++) {
      waitInVain();
    }
    assertThat(asked()).endsWith("2: entries from 1, request 2");
    assertThat(done).containsExactly("begins", "abandons");
  }

  @Test
  void aSourceThatIsSilentIsLeftForAMemberThatIsNot() {
    offered();
    catchUp.behind(SECOND, 9);
    assertThat(asked()).isEmpty();
    waitInVain();
    catchUp.behind(FIRST, 9);
    assertThat(asked()).containsExactly("1: piece 0 of image 7");
    catchUp.behind(SECOND, 9);
    catchUp.behind(SECOND, 9);
    assertThat(asked()).containsExactly("2: entries from 1, request 2");
    assertThat(done).containsExactly("begins", "abandons");
  }

  @Test
  void aSourceThatCannotBeReachedIsGivenUpAtOnce() {
    offered();
    catchUp.gone(SECOND);
    assertThat(asked()).isEmpty();
    catchUp.gone(FIRST);
    assertThat(asked()).containsExactly("2: entries from 1, request 2");
    assertThat(done).containsExactly("begins", "abandons");
  }

  private static ReplicaMessage.Pulled answer(long request, long decided, long... indexes) {
    var entries =
        Arrays.stream(indexes).mapToObj(i -> new Entry(i, 1, new Payload.NoOp())).toList();
    return new ReplicaMessage.Pulled(request, decided, entries);
  }

  @Test
  void whoHasNothingMoreIsLeftForTheNextAtOnceAndOnlyOnce() {
    catchUp.behind(FIRST, 3);
    catchUp.pulled(answer(1, 2, 1, 2));
    catchUp.pulled(answer(2, 2));
    catchUp.pulled(answer(3, 2));
    assertThat(asked)
        .containsExactly(
            "1: entries from 1, request 1",
            "1: entries from 3, request 2",
            "2: entries from 3, request 3");
    catchUp.tick(now += PATIENCE);
    assertThat(asked.getLast()).isEqualTo("1: entries from 3, request 4");
  }

  @Test
  void whoSaysThatThereIsMoreIsAskedNext() {
    var three =
        new CatchUp(
            new Target(),
            (task, then) -> {},
            List.of(FIRST, SECOND, THIRD),
            () -> this.now,
            PATIENCE);
    three.behind(FIRST, 1);
    three.behind(THIRD, 2);
    three.pulled(answer(1, 1, 1));
    three.pulled(answer(2, 1));
    assertThat(asked)
        .containsExactly(
            "1: entries from 1, request 1",
            "1: entries from 2, request 2",
            "3: entries from 2, request 3");
  }
}
