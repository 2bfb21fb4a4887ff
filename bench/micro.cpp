#include "bench/micro.hpp"

#include <unistd.h>

#include <vector>

namespace tickweir::bench {
namespace {

class Reporter : public benchmark::ConsoleReporter {
public:
    Reporter() : ConsoleReporter{isatty(STDOUT_FILENO) != 0 ? OO_Defaults : OO_Tabular} {}
    void ReportRuns(const std::vector<Run>& runs) override {
        for (const Run& run : runs)
            failed = failed || run.error_occurred;
        ConsoleReporter::ReportRuns(runs);
    }
    bool failed = false;
};

}  // namespace

int run_micro(int argc, char** argv) {
    benchmark::Initialize(&argc, argv);
    if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
    Reporter reporter;
    benchmark::RunSpecifiedBenchmarks(&reporter);
    benchmark::Shutdown();
    return reporter.failed ? 1 : 0;
}

}  // namespace tickweir::bench
