#include "gateway/commands/inspect_messages.hpp"

#include "codecs/itch/framing.hpp"
#include "codecs/itch/names.hpp"

namespace tickweir::gateway {

namespace itch = codecs::itch;

void FirstMessages::on_block(const replay::Block& block) {
    const bool is_packet = block.received.has_value();
    itch::FrameCursor cursor{
        block.frames, is_packet || block.complete ? itch::Input::complete : itch::Input::growing};
    codecs::Bytes message;
    shown_.received = block.received;
    shown_.sequence = block.sequence;
    while (left_ != 0) {
        const std::size_t at = cursor.position();
        const itch::FrameStatus status = cursor.next(message);
        if (status == itch::FrameStatus::message) {
            shown_.offset = is_packet ? block.offset : block.offset + at;
            shown_.text.clear();
            itch::describe(message, shown_.text);
            show_(shown_);
            --left_;
        } else if (status != itch::FrameStatus::end_marker) {
            return;
        }
        if (shown_.sequence) ++*shown_.sequence;
    }
}

}  // namespace tickweir::gateway
