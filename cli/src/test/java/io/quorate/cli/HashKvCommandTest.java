package io.quorate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.client.KeyValueHash;
import java.util.List;
import org.junit.jupiter.api.Test;

class HashKvCommandTest {
  private static HashKvCommand.Row row(long hash, long revision, long compacted) {
    return new HashKvCommand.Row("x", new KeyValueHash(1, hash, revision, compacted));
  }

  private static HashKvCommand.Verdict verdict(HashKvCommand.Row... rows) {
    return HashKvCommand.Verdict.of(List.of(rows));
  }

  @Test
  void onlyHashesOfTheSameAreCompared() {
    assertThat(verdict(row(7, 5, -1), row(7, 5, -1))).isEqualTo(HashKvCommand.Verdict.AGREE);
    assertThat(verdict(row(7, 5, -1), row(8, 5, -1))).isEqualTo(HashKvCommand.Verdict.DIFFER);
    assertThat(verdict()).isEqualTo(HashKvCommand.Verdict.INCOMPARABLE);
    assertThat(verdict(row(7, 5, 3), row(8, 5, 4))).isEqualTo(HashKvCommand.Verdict.INCOMPARABLE);
    assertThat(verdict(row(7, 5, 3), row(7, 6, 3))).isEqualTo(HashKvCommand.Verdict.INCOMPARABLE);
  }
}
