#include "gateway/venue/session_log.hpp"

#include <algorithm>
#include <limits>
#include <stdexcept>
#include <utility>

#include "gateway/venue/session_record.hpp"

namespace tickweir::gateway {

void SessionLog::set_sessions(std::vector<fix::StoredSession> stored) {
    for (const fix::StoredSession& session : stored)
        if (session.name.empty() || session.name.size() > session_name_bytes_max)
            throw std::runtime_error{"sessions." + session.name + ": the name has " +
                                     std::to_string(session.name.size()) + " bytes, not 1 to " +
                                     std::to_string(session_name_bytes_max)};
    stored_ = std::move(stored);
}

void SessionLog::open(txn::log::LogRing& ring, const txn::log::DurableLsn& durable,
                      std::uint16_t log_number, std::vector<fix::ResumedSession> resumed,
                      SessionBlocks blocks) {
    ring_ = &ring;
    durable_ = &durable;
    log_number_ = log_number;
    resumed_ = std::move(resumed);
    rows_.resize(resumed_.size());
    {
        const std::scoped_lock lock{mutex_};
        blocks_ = std::move(blocks);
        // What only the log knew may be given up with it.
        changed_ = !blocks_.empty();
    }
    // Release: all of that is there.
    open_.store(true, std::memory_order_release);
}

/// What reduces risk may wait for such a record, so it may use the reserves, too.
bool SessionLog::reserve(fix::SessionId session, const fix::NumberBlock& block) {
    const auto place = static_cast<std::size_t>(session);
    Row& row = rows_[place];
    if (ring_ == nullptr) return false;
    settle(row);
    if (row.count == row.asked.size()) return false;
    const std::string& name = stored_[place].name;
    const std::size_t bytes = session_record_bytes(name);
    auto credit = ring_->take_credit(txn::log::RecordClass::risk_reducing, bytes);
    if (!credit) return false;
    txn::log::LogRing::Reservation record = ring_->reserve(*std::move(credit), bytes);
    encode_session_record(record.payload(), name, block);
    row.asked[row.count++] = {record.lsn(), block};
    record.commit(session_record_type);
    ring_->notify();
    reserved_.fetch_add(1, std::memory_order_relaxed);
    const std::scoped_lock lock{mutex_};
    add_newer(blocks_, name, block);
    changed_ = true;
    return true;
}

/// What has become durable is taken out of what is on its way.
void SessionLog::settle(Row& row) const {
    const txn::log::Lsn durable = durable_->load();
    std::size_t done = 0;
    while (done < row.count && row.asked[done].lsn <= durable)
        row.durable = row.asked[done++].block;
    std::shift_left(row.asked.begin(), row.asked.begin() + static_cast<std::ptrdiff_t>(row.count),
                    static_cast<std::ptrdiff_t>(done));
    row.count -= done;
}

std::uint64_t SessionLog::bound(fix::SessionId session, book::TimeNs numbering) {
    // After the log failed nothing is promised any more, and clients are to hear of it.
    if (durable_ == nullptr || durable_->failed()) return std::numeric_limits<std::uint64_t>::max();
    Row& row = rows_[static_cast<std::size_t>(session)];
    settle(row);
    return row.durable.numbering == numbering ? row.durable.bound : 0;
}

std::string SessionLog::write_copy(txn::io::Files& files, const std::string& data) {
    SessionBlocks blocks;
    {
        const std::scoped_lock lock{mutex_};
        if (!std::exchange(changed_, false)) return {};
        blocks = blocks_;
    }
    std::string fault = write_blocks(files, data, blocks);
    if (fault.empty()) return fault;
    const std::scoped_lock lock{mutex_};
    changed_ = true;
    return fault;
}

void SessionLog::close() {
    ring_ = nullptr;
    durable_ = nullptr;
}

}  // namespace tickweir::gateway
