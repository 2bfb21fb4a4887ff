// FIX by name: the tags that sessions, orders and market data use, and message types. A tag is a
// number on the wire and stays one here, since any other may come as well.
#pragma once

#include <cstdint>
#include <string_view>

namespace tickweir::codecs::fix {

/// The tag of a field: 1 to 2^31 - 1.
using Tag = std::uint32_t;

namespace tag {

// Of the standard header and trailer.
inline constexpr Tag begin_string = 8;
inline constexpr Tag body_length = 9;
inline constexpr Tag check_sum = 10;
inline constexpr Tag msg_seq_num = 34;
inline constexpr Tag msg_type = 35;
inline constexpr Tag poss_dup_flag = 43;
inline constexpr Tag sender_comp_id = 49;
inline constexpr Tag sender_sub_id = 50;
inline constexpr Tag sending_time = 52;
inline constexpr Tag target_comp_id = 56;
inline constexpr Tag target_sub_id = 57;
inline constexpr Tag signature = 89;
inline constexpr Tag secure_data_len = 90;
inline constexpr Tag secure_data = 91;
inline constexpr Tag signature_length = 93;
inline constexpr Tag poss_resend = 97;
inline constexpr Tag on_behalf_of_comp_id = 115;
inline constexpr Tag on_behalf_of_sub_id = 116;
inline constexpr Tag orig_sending_time = 122;
inline constexpr Tag deliver_to_comp_id = 128;
inline constexpr Tag deliver_to_sub_id = 129;
inline constexpr Tag sender_location_id = 142;
inline constexpr Tag target_location_id = 143;
inline constexpr Tag on_behalf_of_location_id = 144;
inline constexpr Tag deliver_to_location_id = 145;
inline constexpr Tag xml_data_len = 212;
inline constexpr Tag xml_data = 213;
inline constexpr Tag message_encoding = 347;
inline constexpr Tag last_msg_seq_num_processed = 369;
inline constexpr Tag no_hops = 627;
inline constexpr Tag hop_comp_id = 628;
inline constexpr Tag hop_sending_time = 629;
inline constexpr Tag hop_ref_id = 630;
inline constexpr Tag appl_ver_id = 1128;
inline constexpr Tag cstm_appl_ver_id = 1129;
inline constexpr Tag appl_ext_id = 1156;

// Of the session.
inline constexpr Tag begin_seq_no = 7;
inline constexpr Tag end_seq_no = 16;
inline constexpr Tag new_seq_no = 36;
inline constexpr Tag ref_seq_num = 45;
inline constexpr Tag text = 58;
inline constexpr Tag raw_data_length = 95;
inline constexpr Tag raw_data = 96;
inline constexpr Tag encrypt_method = 98;
inline constexpr Tag heart_bt_int = 108;
inline constexpr Tag test_req_id = 112;
inline constexpr Tag gap_fill_flag = 123;
inline constexpr Tag reset_seq_num_flag = 141;
inline constexpr Tag encoded_text_len = 354;
inline constexpr Tag encoded_text = 355;
inline constexpr Tag ref_tag_id = 371;
inline constexpr Tag ref_msg_type = 372;
inline constexpr Tag session_reject_reason = 373;
inline constexpr Tag business_reject_ref_id = 379;
inline constexpr Tag business_reject_reason = 380;
inline constexpr Tag max_message_size = 383;
inline constexpr Tag no_msg_types = 384;
inline constexpr Tag msg_direction = 385;
inline constexpr Tag test_message_indicator = 464;
inline constexpr Tag username = 553;
inline constexpr Tag password = 554;
inline constexpr Tag next_expected_msg_seq_num = 789;
inline constexpr Tag new_password = 925;
inline constexpr Tag default_appl_ver_id = 1137;
inline constexpr Tag session_status = 1409;

// Of orders and reports.
inline constexpr Tag account = 1;
inline constexpr Tag avg_px = 6;
inline constexpr Tag cl_ord_id = 11;
inline constexpr Tag cum_qty = 14;
inline constexpr Tag currency = 15;
inline constexpr Tag exec_id = 17;
inline constexpr Tag exec_inst = 18;
inline constexpr Tag exec_ref_id = 19;
inline constexpr Tag exec_trans_type = 20;
inline constexpr Tag handl_inst = 21;
inline constexpr Tag security_id_source = 22;
inline constexpr Tag last_mkt = 30;
inline constexpr Tag last_px = 31;
inline constexpr Tag last_qty = 32;
inline constexpr Tag order_id = 37;
inline constexpr Tag order_qty = 38;
inline constexpr Tag ord_status = 39;
inline constexpr Tag ord_type = 40;
inline constexpr Tag orig_cl_ord_id = 41;
inline constexpr Tag price = 44;
inline constexpr Tag security_id = 48;
inline constexpr Tag side = 54;
inline constexpr Tag symbol = 55;
inline constexpr Tag time_in_force = 59;
inline constexpr Tag transact_time = 60;
inline constexpr Tag settl_type = 63;
inline constexpr Tag settl_date = 64;
inline constexpr Tag symbol_sfx = 65;
inline constexpr Tag trade_date = 75;
inline constexpr Tag no_allocs = 78;
inline constexpr Tag alloc_account = 79;
inline constexpr Tag alloc_qty = 80;
inline constexpr Tag stop_px = 99;
inline constexpr Tag ex_destination = 100;
inline constexpr Tag cxl_rej_reason = 102;
inline constexpr Tag ord_rej_reason = 103;
inline constexpr Tag min_qty = 110;
inline constexpr Tag max_floor = 111;
inline constexpr Tag expire_time = 126;
inline constexpr Tag exec_type = 150;
inline constexpr Tag leaves_qty = 151;
inline constexpr Tag cash_order_qty = 152;
inline constexpr Tag security_type = 167;
inline constexpr Tag effective_time = 168;
inline constexpr Tag secondary_order_id = 198;
inline constexpr Tag maturity_month_year = 200;
inline constexpr Tag security_exchange = 207;
inline constexpr Tag contra_broker = 375;
inline constexpr Tag exec_restatement_reason = 378;
inline constexpr Tag no_contra_brokers = 382;
inline constexpr Tag no_trading_sessions = 386;
inline constexpr Tag expire_date = 432;
inline constexpr Tag cxl_rej_response_to = 434;
inline constexpr Tag party_id_source = 447;
inline constexpr Tag party_id = 448;
inline constexpr Tag party_role = 452;
inline constexpr Tag no_party_i_ds = 453;
inline constexpr Tag product = 460;
inline constexpr Tag cfi_code = 461;
inline constexpr Tag party_sub_id = 523;
inline constexpr Tag secondary_cl_ord_id = 526;
inline constexpr Tag secondary_exec_id = 527;
inline constexpr Tag order_capacity = 528;
inline constexpr Tag order_restrictions = 529;
inline constexpr Tag mass_cancel_request_type = 530;
inline constexpr Tag mass_cancel_response = 531;
inline constexpr Tag mass_cancel_reject_reason = 532;
inline constexpr Tag total_affected_orders = 533;
inline constexpr Tag no_affected_orders = 534;
inline constexpr Tag affected_order_id = 535;
inline constexpr Tag mass_status_req_id = 584;
inline constexpr Tag mass_status_req_type = 585;
inline constexpr Tag ord_status_req_id = 790;
inline constexpr Tag copy_msg_indicator = 797;
inline constexpr Tag no_party_sub_i_ds = 802;
inline constexpr Tag party_sub_id_type = 803;
inline constexpr Tag last_liquidity_ind = 851;
inline constexpr Tag trd_match_id = 880;
inline constexpr Tag tot_num_reports = 911;
inline constexpr Tag last_rpt_requested = 912;
inline constexpr Tag aggressor_indicator = 1057;
inline constexpr Tag display_qty = 1138;

// Of market data and instruments.
inline constexpr Tag rpt_seq = 83;
inline constexpr Tag security_desc = 107;
inline constexpr Tag quote_id = 117;
inline constexpr Tag quote_req_id = 131;
inline constexpr Tag bid_px = 132;
inline constexpr Tag offer_px = 133;
inline constexpr Tag bid_size = 134;
inline constexpr Tag offer_size = 135;
inline constexpr Tag no_related_sym = 146;
inline constexpr Tag contract_multiplier = 231;
inline constexpr Tag md_req_id = 262;
inline constexpr Tag subscription_request_type = 263;
inline constexpr Tag market_depth = 264;
inline constexpr Tag md_update_type = 265;
inline constexpr Tag aggregated_book = 266;
inline constexpr Tag no_md_entry_types = 267;
inline constexpr Tag no_md_entries = 268;
inline constexpr Tag md_entry_type = 269;
inline constexpr Tag md_entry_px = 270;
inline constexpr Tag md_entry_size = 271;
inline constexpr Tag md_entry_date = 272;
inline constexpr Tag md_entry_time = 273;
inline constexpr Tag tick_direction = 274;
inline constexpr Tag md_mkt = 275;
inline constexpr Tag quote_condition = 276;
inline constexpr Tag trade_condition = 277;
inline constexpr Tag md_entry_id = 278;
inline constexpr Tag md_update_action = 279;
inline constexpr Tag md_entry_ref_id = 280;
inline constexpr Tag md_req_rej_reason = 281;
inline constexpr Tag delete_reason = 285;
inline constexpr Tag open_close_settl_flag = 286;
inline constexpr Tag md_entry_buyer = 288;
inline constexpr Tag md_entry_seller = 289;
inline constexpr Tag md_entry_position_no = 290;
inline constexpr Tag financial_status = 291;
inline constexpr Tag security_req_id = 320;
inline constexpr Tag security_request_type = 321;
inline constexpr Tag security_response_id = 322;
inline constexpr Tag security_response_type = 323;
inline constexpr Tag security_status_req_id = 324;
inline constexpr Tag unsolicited_indicator = 325;
inline constexpr Tag security_trading_status = 326;
inline constexpr Tag halt_reason_char = 327;
inline constexpr Tag trad_ses_req_id = 335;
inline constexpr Tag trading_session_id = 336;
inline constexpr Tag trad_ses_method = 338;
inline constexpr Tag trad_ses_mode = 339;
inline constexpr Tag trad_ses_status = 340;
inline constexpr Tag trad_ses_start_time = 341;
inline constexpr Tag trad_ses_open_time = 342;
inline constexpr Tag trad_ses_close_time = 344;
inline constexpr Tag trad_ses_end_time = 345;
inline constexpr Tag number_of_orders = 346;
inline constexpr Tag total_volume_traded = 387;
inline constexpr Tag tot_no_related_sym = 393;
inline constexpr Tag price_type = 423;
inline constexpr Tag net_chg_prev_day = 451;
inline constexpr Tag no_security_alt_id = 454;
inline constexpr Tag security_alt_id = 455;
inline constexpr Tag security_alt_id_source = 456;
inline constexpr Tag md_implicit_delete = 547;
inline constexpr Tag no_sides = 552;
inline constexpr Tag no_legs = 555;
inline constexpr Tag security_list_request_type = 559;
inline constexpr Tag security_request_result = 560;
inline constexpr Tag round_lot = 561;
inline constexpr Tag min_trade_vol = 562;
inline constexpr Tag trading_session_sub_id = 625;
inline constexpr Tag no_underlyings = 711;
inline constexpr Tag last_update_time = 779;
inline constexpr Tag appl_queue_depth = 813;
inline constexpr Tag appl_queue_resolution = 814;
inline constexpr Tag last_fragment = 893;
inline constexpr Tag md_report_id = 963;
inline constexpr Tag min_price_increment = 969;
inline constexpr Tag md_book_type = 1021;
inline constexpr Tag md_feed_type = 1022;
inline constexpr Tag md_price_level = 1023;
inline constexpr Tag md_origin_type = 1024;
inline constexpr Tag appl_id = 1180;
inline constexpr Tag appl_seq_num = 1181;

// Users' own.
inline constexpr Tag self_match_prevention = 7928;
inline constexpr Tag cancel_on_disconnect = 8013;

}  // namespace tag

namespace msg_type {

inline constexpr std::string_view heartbeat = "0";
inline constexpr std::string_view test_request = "1";
inline constexpr std::string_view resend_request = "2";
inline constexpr std::string_view reject = "3";
inline constexpr std::string_view sequence_reset = "4";
inline constexpr std::string_view logout = "5";
inline constexpr std::string_view execution_report = "8";
inline constexpr std::string_view order_cancel_reject = "9";
inline constexpr std::string_view logon = "A";
inline constexpr std::string_view news = "B";
inline constexpr std::string_view new_order_single = "D";
inline constexpr std::string_view order_cancel_request = "F";
inline constexpr std::string_view order_cancel_replace_request = "G";
inline constexpr std::string_view order_status_request = "H";
inline constexpr std::string_view market_data_request = "V";
inline constexpr std::string_view market_data_snapshot = "W";
inline constexpr std::string_view market_data_incremental = "X";
inline constexpr std::string_view market_data_request_reject = "Y";
inline constexpr std::string_view security_definition_request = "c";
inline constexpr std::string_view security_definition = "d";
inline constexpr std::string_view security_status_request = "e";
inline constexpr std::string_view security_status = "f";
inline constexpr std::string_view trading_session_status_request = "g";
inline constexpr std::string_view trading_session_status = "h";
inline constexpr std::string_view business_message_reject = "j";
inline constexpr std::string_view order_mass_cancel_request = "q";
inline constexpr std::string_view order_mass_cancel_report = "r";
inline constexpr std::string_view security_list_request = "x";
inline constexpr std::string_view security_list = "y";
inline constexpr std::string_view order_mass_status_request = "AF";

}  // namespace msg_type

}  // namespace tickweir::codecs::fix
