#include "txn/log/tail_judge.hpp"

#include <algorithm>

namespace tickweir::txn::log {

void TailJudge::next_file() {
    ++file_;
    at_ = 0;
}

void TailJudge::feed(Bytes bytes) {
    while (!bytes.empty()) {
        const Bytes block = bytes.first(std::min(bytes.size(), block_bytes));
        feed_block(block);
        at_ += block.size();
        bytes = bytes.subspan(block.size());
    }
}

bool TailJudge::begins_something(Bytes block) const {
    SegmentHeader segment{};
    BatchHeader batch{};
    // A sound checksum is enough: whatever such a header says, this log wrote it.
    const Fault as_segment = get_segment_header(block, seed_, segment);
    const Fault as_batch = get_batch_header(block, seed_, batch);
    const auto sound = [](Fault fault) {
        return fault != Fault::magic && fault != Fault::header_checksum;
    };
    return sound(as_segment) || sound(as_batch);
}

void TailJudge::feed_block(Bytes block) {
    const bool inside = file_ == 0 && at_ < write_bytes_;
    const std::size_t sectors = header_there_ ? block.size() / sector_bytes : at_ == 0;
    for (std::size_t sector = 0; inside && sector < sectors; ++sector) {
        const std::size_t begin = sector * sector_bytes;
        if (begin + sector_bytes > block.size()) break;
        if (all_zero(block.subspan(begin, sector_bytes))) zero_sector_ = true;
    }
    if (all_zero(block)) return;
    nonzero_ = true;
    if (file_ == 0) written_end_ = at_ + block.size();
    const Place here{at_, file_};
    if ((file_ > 0 || at_ > 0) && !follower_ && begins_something(block)) follower_ = here;
    if (!inside && !beyond_) beyond_ = here;
}

Judgement TailJudge::judge(bool durable_missing) const {
    const auto damage = [this](const char* why, Place place) {
        return Judgement{Tail::damage, why, place.at, place.file, written_end_};
    };
    const Place here{0, 0};
    if (follower_) return damage("something that this log wrote later follows", *follower_);
    if (beyond_) return damage("what no write cut off can have left follows", *beyond_);
    if (durable_missing) return damage("what follows was durable once", here);
    if (!nonzero_) return {};
    if (zero_sector_) return {Tail::torn, "", 0, 0, written_end_};
    return damage("no sector of it is unwritten, so that no write was cut off", here);
}

}  // namespace tickweir::txn::log
