"""Words of bulletins in four languages, divided wherever two letters stay on each side."""

from __future__ import annotations

WORDS = {
    "az": """
        Azər-bay-can Azər-bay-ca-nın İq-ti-sa-diy-yat İq-ti-sa-diy-ya-tın na-zir-lik na-zir-li-yi
        pre-zi-dent hö-ku-mət par-la-ment de-pu-tat mü-əl-lim də-mir-yo-lu ma-gist-ral av-to-mo-bil
        nəq-liy-yat ti-ca-rət ix-ra-cat id-xal göm-rük sər-həd mən-tə-qə ener-ge-ti-ka elekt-rik
        stan-si-ya stan-si-ya-sı ya-rım-stan-si-ya kə-mə-ri ter-mi-nal li-man ae-ro-port Ba-kı
        Gən-cə Sum-qa-yıt Nax-çı-van Xan-kən-di Lən-kə-ran Min-gə-çe-vir Fü-zu-li Ağ-dam Zən-gi-lan
        Gür-cüs-tan Tür-ki-yə Er-mə-nis-tan Ru-si-ya İran Qa-za-xıs-tan mü-qa-vi-lə mü-qa-vi-lə-si
        im-za-lan-dı da-nı-şıq-lar əmək-daş-lıq bey-nəl-xalq in-ki-şaf la-yi-hə-lər ti-kin-ti
        ti-kil-miş-dir ke-çi-ril-miş-dir bil-dir-miş-dir art-mış-dır mil-yon mil-yard fa-iz büd-cə
        ma-liy-yə tə-sər-rü-fa-tı sə-na-ye mü-əs-si-sə kre-dit proq-ram qram-lıq stres stres-li plan
        plan-laş-dır-ma struk-tur stra-te-gi-ya konst-ruk-si-ya trans-for-ma-tor oktyabr oktyab-rın
        sentyabr no-yabr sa-at şa-ir ma-a-rif mət-bəə mü-da-fiə ob-yekt uni-ver-si-tet mü-ha-ri-bə
        sə-hiy-yə təh-sil sər-ni-şin qa-tar kör-pü av-qust de-kabr neft qaz xalq sport
    """,
    "tr": """
        Tür-ki-ye Azer-bay-can cum-hur-baş-ka-nı ba-kan-lık ba-kan-lı-ğı hü-kü-met mec-lis
        mil-let-ve-ki-li eko-no-mi eko-no-mik ti-ca-ret ih-ra-cat it-ha-lat güm-rük sı-nır ener-ji
        elekt-rik sant-ral sant-ra-lı is-tas-yon de-mir-yo-lu ka-ra-yo-lu oto-yol ha-va-li-ma-nı
        İs-tan-bul İS-TAN-BUL An-ka-ra İz-mir Trab-zon Er-zu-rum Gür-cis-tan Er-me-nis-tan Rus-ya
        an-laş-ma im-za-lan-dı gö-rüş-me-ler iş-bir-li-ği ulus-la-ra-ra-sı kal-kın-ma pro-je
        in-şa-at açık-lan-dı ya-pıl-mış-tır ger-çek-leş-ti-ril-di bil-dir-di mil-yar yüz-de büt-çe
        ma-li-ye ta-rım sa-na-yi fab-ri-ka kre-di prog-ram plan stres sport stra-te-ji kont-rol
        Türk-çe kork-mak sa-at şa-ir mü-da-faa il-ko-kul ba-şöğ-ret-men sürp-riz trans-for-ma-tör
        komp-leks telg-raf port-re band-rol volf-ram ağus-tos ey-lül ara-lık çar-şam-ba per-şem-be
        üni-ver-si-te kül-tür sağ-lık böl-ge-sel do-ğal-gaz pet-rol köp-rü ya-tı-rım kâ-ğıt hi-kâ-ye
        mil-lî Ka-ra-os-ma-noğ-lu uçurt-ma
    """,
    "ka": """
        სა-ქარ-თვე-ლო სა-ქარ-თვე-ლოს მი-ნის-ტრი მი-ნისტრს სა-მი-ნის-ტრო მთავ-რო-ბა პარ-ლა-მენ-ტი
        პრე-ზი-დენ-ტი ეკო-ნო-მი-კა ეკო-ნო-მი-კუ-რი ენერ-გე-ტი-კა ელექ-ტრო-ე-ნერ-გია ტრან-სპორ-ტი
        რკი-ნიგ-ზა ავ-ტო-მო-ბი-ლი ავ-ტო-მა-გის-ტრა-ლი აე-რო-პორ-ტი თბი-ლი-სი თბი-ლის-ში ქუ-თა-ი-სი
        ბა-თუ-მი რუს-თა-ვი ზუგ-დი-დი აზერ-ბა-ი-ჯა-ნი სომ-ხე-თი თურ-ქე-თი რუ-სე-თი ვაჭ-რო-ბა
        ექ-სპორ-ტი იმ-პორ-ტი სა-ბა-ჟო შე-თან-ხმე-ბა მო-ლა-პა-რა-კე-ბა ხელ-მო-წე-რა გა-ნა-ცხა-და
        აა-შე-ნეს გან-ვი-თა-რე-ბა თა-ნამ-შრომ-ლო-ბა სა-ერ-თა-შო-რი-სო რე-გი-ო-ნი ქვე-ყა-ნა ქვეყ-ნის
        ქვეყ-ნე-ბი მო-სახ-ლე-ო-ბა სოფ-ლის მე-ურ-ნე-ო-ბა მრეწ-ვე-ლო-ბა ქარ-ხა-ნა კომ-პა-ნია ბან-კი
        ეროვ-ნუ-ლი ბი-უ-ჯე-ტი მი-ლი-არ-დი დო-ლა-რი პრო-ცენ-ტი ივ-ლი-სი სექ-ტემ-ბე-რი ოქ-ტომ-ბე-რი
        დე-კემ-ბე-რი იან-ვა-რი ორ-შა-ბა-თი ოთხ-შა-ბა-თი ხუთ-შა-ბა-თი სა-ელ-ჩო უნი-ვერ-სი-ტე-ტი
        მეც-ნი-ე-რე-ბა კულ-ტუ-რა გა-ნათ-ლე-ბა ჯან-მრთე-ლო-ბა სა-ა-ვად-მყო-ფო დე-და-ქა-ლა-ქი
        მდი-ნა-რე მტკვა-რი დე-და-მი-წა ცხრა-მე-ტი სა-ცხოვ-რე-ბე-ლი სახ-ლში აღ-მო-სავ-ლე-თი
        და-სავ-ლე-თი ჩრდი-ლო-ე-თი სამ-ხრე-თი გა-ა-კე-თა ის-ტო-რია ადგი-ლი საზღვა-რი თრთვი-ლი
        ან-სამბლს ტექსტს გვბრდღვნის
    """,
    "hy": """
        Հա-յաս-տան Հա-յոց հան-րա-պե-տու-թյուն կա-ռա-վա-րու-թյուն կենտ-րոն Երևան արև-մուտք առև-տուր
        էլեկտ-րա-կա-յան Ադրբե-ջան մի-ու-թյուն նա-խա-րար փոխ-նա-խա-րար պաշ-տո-նյա խորհրդա-րան
        խոր-հուրդ վար-չա-պետ տնտե-սու-թյուն տրանս-պորտ եր-կա-թու-ղի ճա-նա-պարհ
        ար-դյու-նա-բե-րու-թյուն էներ-գե-տի-կա գոր-ծա-րան ար-տա-հա-նում ներ-մու-ծում մաք-սա-յին
        սահ-ման քա-ղա-քա-պետ Գյում-րի Վա-նա-ձոր Թբի-լի-սի Բա-քու Մոսկ-վա Վրաս-տան Ռու-սաս-տան
        Թուր-քիա Իրան հա-մա-գոր-ծակ-ցու-թյուն հա-մա-ձայ-նա-գիր բա-նակ-ցու-թյուն ստո-րագ-րել
        հայ-տա-րա-րել կա-ռու-ցել աշ-խա-տանք աշ-խա-տանք-ներ ըն-կե-րու-թյուն ընտ-րու-թյուն
        արտ-գործ-նա-խա-րար երկ-խո-սու-թյուն մի-ջազ-գա-յին տա-րա-ծաշրջան գա-զա-մուղ նավ-թա-մուղ
        երկրներ երկրնե-րի զար-գա-ցում զար-գաց-ման ինք-նա-թիռ օդա-նա-վա-կա-յան առա-ջար-կել
        մաս-նակ-ցել ծրագ-րեր հուն-վար փետրվար սեպ-տեմ-բեր հոկ-տեմ-բեր մշա-կույթ կրթու-թյուն նկրտում
        գնդա-պետ դես-պան մետ-րով մի-լի-արդ դո-լար բյու-ջե մա-տյան Հա-րու-թյուն նաև թիւ նաւակ
    """,
}
SIGNS = {
    "az": "Ba|kı’dan Azər|bay|can'ın mə’na COP29 COP29da 2026-cı Eks|po2025 park.az Əziz-ağa"
    " na|zir|lik/agent|lik AMEA’nın",
    "tr": "Tür|ki|ye’nin İs|tan|bul'dan kur’an Kur'an 1996’da TBMM’nin Ko|re’a",
    "ka": "„თბი|ლი|სი“ 2026-ში სა|ქარ|თვე|ლო-აზერ|ბა|ი|ჯა|ნი",
    "hy": "ին|չո՞ւ Երևան՝ «Հա|յաս|տան»",
}
"""Words with other signs; | is a place for a hyphen."""
