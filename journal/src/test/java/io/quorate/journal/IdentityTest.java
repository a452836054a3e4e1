package io.quorate.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class IdentityTest {
  private final HeapDisk disk = new HeapDisk();

  private Identity create() {
    return Identity.create(disk, -5, 9, new Random(1), new Journal.Options(1 << 16));
  }

  @Test
  void whatIsCreatedIsRead() throws Exception {
    assertThat(Identity.read(disk)).isNull();
    var identity = create();
    assertThat(identity.node()).isEqualTo(-5);
    assertThat(identity.cluster()).isEqualTo(9);
    assertThat(Identity.read(disk)).isEqualTo(identity);
    assertThat(disk.files).containsOnlyKeys("identity", "journal/0000000000000001");
  }

  @Test
  void everyBitCounts() {
    create();
    var content = disk.file("identity").content;
    for (int at = 0; at < content.length; at++) {
      for (int bit = 0; bit < 8; bit++) {
        content[at] ^= (byte) (1 << bit);
        // A format of the future cannot be told from damage to that number.
        assertThatThrownBy(() -> Identity.read(disk))
            .as("bit %d of byte %d", bit, at)
            .isInstanceOf(at >= 4 && at < 8 ? DiskException.class : DamageException.class);
        content[at] ^= (byte) (1 << bit);
      }
    }
  }

  @Test
  void anyOtherLengthIsDamage() {
    create();
    var file = disk.file("identity");
    var whole = file.content;
    for (int length : new int[] {0, 1, whole.length - 1, whole.length + 1, 5_000}) {
      file.content = Arrays.copyOf(whole, length);
      assertThatThrownBy(() -> Identity.read(disk))
          .isInstanceOf(DamageException.class)
          .hasMessageStartingWith("identity is damaged at offset 0: ");
    }
  }

  @Test
  void aFormatOfTheFutureIsNamed() {
    create();
    disk.file("identity").content[7] = 2;
    assertThatThrownBy(() -> Identity.read(disk))
        .isInstanceOf(FormatException.class)
        .hasMessage(
            "identity has format 2, and this version of Quorate reads format 1: run the version"
                + " that wrote it, or a newer one");
  }

  @Test
  void aJournalWithoutIdentityIsDamage() {
    create();
    disk.delete("identity");
    assertThatThrownBy(() -> Identity.read(disk))
        .isInstanceOf(DamageException.class)
        .hasMessageContaining("it is missing, though there is a journal");
  }

  @Test
  void aBeginningThatWasNeverFinishedIsNew() throws Exception {
    create();
    disk.rename("identity", "identity.new");
    assertThat(Identity.read(disk)).isNull();
    create();
    assertThat(disk.list("journal")).isEqualTo(List.of("0000000000000001"));
  }
}
