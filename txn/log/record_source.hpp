// What reads a log, wherever its batches lie: records one after another, and how it ended.
#pragma once

#include <cstdint>
#include <string>

#include "txn/log/format.hpp"

namespace tickweir::txn::log {

enum class ReadOutcome : std::uint8_t {
    record,     ///< the next one
    end,        ///< no more up to where reading was asked for
    torn_tail,  ///< the last write was cut off by a crash; what is before it is whole
    corrupt,    ///< something is not as it was written, or cannot be read: nothing here is to run
};

/// Where something is wrong in a file, and what.
struct Finding {
    std::string path;
    std::uint64_t offset = 0;
    std::string what;
    friend bool operator==(const Finding&, const Finding&) = default;
};

/// "data/log/00000000000000000001.log at byte 4096: the body's checksum is wrong".
inline std::string to_string(const Finding& finding) {
    return finding.path + " at byte " + std::to_string(finding.offset) + ": " + finding.what;
}

/// One thread's.
class RecordSource {
public:
    RecordSource() = default;
    RecordSource(const RecordSource&) = delete;
    RecordSource& operator=(const RecordSource&) = delete;
    virtual ~RecordSource() = default;

    /// Sets `record` if there is one; its payload is valid until the next call.
    [[nodiscard]] virtual ReadOutcome next(RecordView& record) = 0;

    /// Lets reading go on to this LSN, which is durable and no lower than before.
    virtual void extend(Lsn up_to) = 0;

    /// What was wrong, after torn_tail and corrupt.
    virtual const Finding& finding() const = 0;
};

}  // namespace tickweir::txn::log
