"""Old and other forms of characters: 邊 and 邉 are found by 辺, 齋 by 斎.

Each word begins with the form in use, behind which stand the others. Compatibility characters (神, 塚 as U+FA19,
U+FA10) are not here, for NFKC knows them; 﨑 is one that it does not know.
"""

# The forms that the 常用漢字表 (cabinet notice of 2010) gives in brackets.
_OFFICIAL = """
万萬 与與 両兩 並竝 乗乘 乱亂 亀龜 予豫 争爭 亜亞 仏佛 仮假 会會 伝傳 体體 余餘 併倂 価價 倹儉 偽僞 児兒 党黨 円圓
写寫 処處 剣劍 剤劑 剰剩 励勵 労勞 効效 勅敕 勧勸 勲勳 区區 医醫 単單 即卽 厳嚴 参參 双雙 収收 叙敍 台臺 号號 営營
嘱囑 団團 囲圍 図圖 国國 圏圈 圧壓 堕墮 塁壘 塩鹽 増增 壊壞 壌壤 壮壯 声聲 壱壹 売賣 変變 奥奧 奨奬 嬢孃 学學 宝寶
実實 寛寬 寝寢 対對 寿壽 専專 将將 尽盡 届屆 属屬 岳嶽 峡峽 巣巢 巻卷 帯帶 帰歸 庁廳 広廣 廃廢 弁辨瓣辯 弐貳 弥彌 弾彈
当當 径徑 従從 徳德 徴徵 応應 恋戀 恒恆 恵惠 悩惱 悪惡 惨慘 慎愼 懐懷 戦戰 戯戲 戻戾 払拂 抜拔 択擇 担擔 拝拜 拠據
拡擴 挙擧 挟挾 挿插 捜搜 掲揭 揺搖 摂攝 撃擊 数數 斉齊 斎齋 断斷 旧舊 昼晝 晩晚 暁曉 暦曆 曽曾 条條 来來 枢樞 栄榮
桜櫻 桟棧 検檢 楼樓 楽樂 概槪 様樣 権權 横橫 欠缺 欧歐 歓歡 歩步 歯齒 歴歷 残殘 殴毆 殻殼 毎每 気氣 沢澤 浄淨 浅淺
浜濱 涙淚 渇渴 済濟 渉涉 渋澁 渓溪 温溫 湾灣 湿濕 満滿 滝瀧 滞滯 潜潛 瀬瀨 灯燈 炉爐 点點 為爲 焼燒 犠犧 状狀 独獨
狭狹 猟獵 献獻 獣獸 瓶甁 画畫 畳疊 痩瘦 痴癡 発發 盗盜 県縣 真眞 研硏 砕碎 礼禮 禅禪 秘祕 称稱 稲稻 穂穗 穏穩 窃竊
竜龍 粋粹 粛肅 糸絲 経經 絵繪 継繼 続續 総總 緑綠 緒緖 縁緣 縄繩 縦縱 繊纖 缶罐 翻飜 聴聽 胆膽 脳腦 臓臟 艶艷 芸藝
茎莖 荘莊 蔵藏 薫薰 薬藥 虚虛 虫蟲 蚕蠶 蛍螢 蛮蠻 衛衞 装裝 褒襃 覇霸 覚覺 覧覽 観觀 触觸 訳譯 証證 誉譽 読讀 謡謠
譲讓 豊豐 賛贊 践踐 転轉 軽輕 辞辭 辺邊 逓遞 遅遲 郎郞 郷鄕 酔醉 醸釀 釈釋 鉄鐵 鉱鑛 銭錢 鋳鑄 錬鍊 録錄 鎮鎭 関關
闘鬭 陥陷 険險 随隨 隠隱 雑雜 霊靈 静靜 頼賴 顕顯 餅餠 駅驛 駆驅 騒騷 験驗 髄髓 髪髮 鶏鷄 麦麥 麺麵 黄黃 黒黑 黙默
齢齡
"""
# Forms that names in a family register have, and printed forms that keyboards of other generations wrote otherwise.
_OTHERS = """
亘亙 今𫝆 体躰 侠俠 内內 凛凜 剥剝 叱𠮟 吉𠮷 呉吳 唖啞 噛嚙 嚢囊 国圀 填塡 妍姸 姫姬 宝寳 富冨 尚尙 尭堯 屏屛 峰峯
島嶋嶌 崎﨑嵜 巌巖 并幷 彦彥 悦悅 戸戶 掴摑 掻搔 教敎 昂昻 昇曻 晋晉 柳栁桺 桑桒 槙槇 橋槗𣘺 檜桧 浜濵 涜瀆 涼凉 淵渕
清淸 溌潑 焔焰 産產 砺礪 祢禰 祷禱 税稅 竈竃 箪簞 籠篭 絶絕 繋繫 繍繡 脱脫 船舩 莱萊 蒋蔣 藪薮 蝉蟬 蝋蠟 説說 躯軀
辺邉 遥遙 醤醬 野埜 鉄鐡 鋭銳 間閒 閲閱 闘鬪 青靑 頬頰 頸頚 顛顚 飲飮 館舘 騨驒 高髙 鴎鷗 鶴靏靍 鹸鹼 麹麴
"""

NEW_FORMS = {ord(old): word[0] for word in (*_OFFICIAL.split(), *_OTHERS.split()) for old in word[1:]}
