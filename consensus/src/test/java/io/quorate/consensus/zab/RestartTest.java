package io.quorate.consensus.zab;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.consensus.script.Scene;
import java.util.List;
import org.junit.jupiter.api.Test;

/// After a crash any prefix of a member's records may be left; whichever it is, the member comes
/// back as that prefix says, leads nothing, and the group goes on without losing anything decided.
class RestartTest {
  private static final int STARTED = 2;

  private static final List<String> STORY =
      List.of(
          "members 3",
          "start 1 2 3",
          "deliver",
          "propose 3 a",
          "propose 3 b",
          "deliver",
          "transfer 3 1",
          "deliver",
          "propose 1 c",
          "deliver",
          "elapse 100",
          "deliver",
          "suspect 2 1 BROKEN",
          "suspect 3 1 BROKEN",
          "elapse 10 2 3",
          "cut 1",
          "deliver",
          "elapse 20",
          "deliver",
          "propose 3 d",
          "deliver",
          "heal 1",
          "elapse 1100 1",
          "deliver",
          "elapse 100",
          "deliver");

  /// The story, with a disk that forces nothing more from some point on.
  private static Scene played(long member, int slowFrom) {
    var scene = new Scene(new ZabDialect());
    for (int i = 0; i < STORY.size(); i++) {
      if (i == slowFrom) {
        scene.run("slow " + member);
      }
      scene.run(STORY.get(i));
    }
    return scene;
  }

  @Test
  void anyPrefixOfTheRecordsIsRight() {
    int restarts = 0;
    for (long member = 1; member <= 3; member++) {
      for (int slowFrom = STARTED; slowFrom <= STORY.size(); slowFrom++) {
        var scene = played(member, slowFrom);
        int records = scene.records(member).size();
        for (int kept = scene.forced(member); kept <= records; kept++) {
          restart(played(member, slowFrom), member, kept);
          restarts++;
        }
      }
    }
    assertThat(restarts).isGreaterThan(150);
  }

  private static void restart(Scene scene, long member, int kept) {
    var others = scene.decided();
    var before = List.copyOf(scene.records(member).subList(0, kept));
    scene.run("crash %d %d".formatted(member, kept));
    scene.run("start " + member);
    var status = scene.machine(member).status();
    assertThat(status.role()).isEqualTo("looking");
    assertThat(status.decided()).isZero();
    long current = 0;
    long last = 0;
    for (var record : before) {
      switch ((ZabRecord) record) {
        case ZabRecord.Promised(long accepted, long now) -> current = Math.max(current, now);
        case ZabRecord.History(long from, var entries) -> {
          last = from - 1 + entries.size();
          current = Math.max(current, entries.isEmpty() ? 0 : entries.getLast().mark());
        }
        case ZabRecord.Truncated(long to) -> last = to;
      }
    }
    assertThat(status.leadership().term())
        .as("current epoch after %d records", kept)
        .isEqualTo(current);
    assertThat(status.last()).as("last after %d records", kept).isEqualTo(last);

    // The group goes on, and the member agrees to all that had been decided.
    scene.run("drop");
    for (int i = 0; i < 60; i++) {
      scene.run("elapse 100");
      scene.run("deliver");
    }
    scene.run("elapse 100");
    scene.run("deliver");
    long other = member % 3 + 1;
    assertThat(scene.decided().get(member))
        .as("member %d after %d of its records", member, kept)
        .containsAll(others.get(other))
        .isEqualTo(scene.decided().get(other));
  }
}
