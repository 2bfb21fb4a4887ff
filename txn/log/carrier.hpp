// What carries batches of records to where they are durable: files here, another engine later. The
// log's thread hands batches in and learns how far they are durable; several may be on the way.
#pragma once

#include <memory>
#include <optional>

#include "book/types.hpp"
#include "txn/io/io_error.hpp"
#include "txn/log/batch_buffer.hpp"
#include "txn/log/record_source.hpp"

namespace tickweir::txn::log {

using book::TimeNs;

/// How much may still be written, in the order of need.
enum class Room : std::uint8_t {
    plenty,
    trim_wanted,   ///< closed segments should be given up soon
    cancels_only,  ///< only records that reduce risk are to be taken
    none,          ///< no record is to be taken; those that were taken still fit
};

/// All members are called on the log's thread, but trim and read_from, which any thread may call. A
/// carrier whose answers come on another thread stores what durable() and accepts() look at
/// sequentially consistent, and then calls LogRing::notify.
class Carrier {
public:
    Carrier() = default;
    Carrier(const Carrier&) = delete;
    Carrier& operator=(const Carrier&) = delete;
    virtual ~Carrier() = default;

    /// The longest batch it takes, whole; larger ones suit carriers with long ways.
    virtual std::size_t batch_bytes_max() const = 0;

    /// Whether append may be called now: too many batches may be on the way.
    virtual bool accepts() const = 0;

    /// Takes a batch that begins where the last one ended. The buffer is free again on return. An
    /// error is final: nothing more becomes durable, and no call but durable() makes sense.
    [[nodiscard]] virtual io::Result<void> append(BatchBuffer& batch, TimeNs now) = 0;

    /// Does what is due: collects answers, marks the log closed after idleness. Errors as append.
    [[nodiscard]] virtual io::Result<void> turn(TimeNs now) = 0;

    /// When turn has to be called at the latest; nothing for no need.
    virtual std::optional<TimeNs> due() const = 0;

    /// Waits for what is on the way and marks the log closed.
    [[nodiscard]] virtual io::Result<void> close(TimeNs now) = 0;

    /// All records up to here are durable. Never falls.
    virtual Lsn durable() const = 0;

    virtual Room room() const = 0;

    /// Records before this LSN are not needed any more.
    virtual void trim(Lsn behind) = 0;

    /// The records from an LSN up to one that is durable.
    virtual std::unique_ptr<RecordSource> read_from(Lsn from, Lsn up_to) = 0;
};

}  // namespace tickweir::txn::log
