package io.quorate.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.bench.Contender.Product;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class TableTest {
  @Test
  void aRowHasMediansWithTheirSpreadAndTheRatio() {
    var table = new Table();
    for (double value : new double[] {30, 10, 20}) {
      table.add("puts", Product.QUORATE, value);
    }
    table.add("puts", Product.ETCD, 40);
    assertThat(table.markdown())
        .isEqualTo(
            """
            |  | Quorate | etcd | ratio |
            | --- | ---: | ---: | ---: |
            | puts | 20 (10.00–30) | 40 | 0.50 |
            """);
  }

  @Test
  void theMedianOfAnEvenNumberLiesBetween() {
    assertThat(Table.median(List.of(4.0, 1.0, 3.0, 2.0))).isEqualTo(2.5);
  }

  @Test
  void latenciesComeFromTheLog() throws Exception {
    var result = Load.read(List.of("1\t200\t300", "2\t200\t100", "3\t200\t200"), 0.5);
    assertThat(result).isEqualTo(new Load.Result(3, 6, 200, 300));
    assertThatThrownBy(() -> Load.read(List.of("1\t500\t300"), 1))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("an answer failed");
  }
}
